"""The hour account's arithmetic, on any packages and any wishes; and how hours were used over time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.consumption import Movement, course, held, statement
from domain.errors import DomainError
from domain.hours import Package, left, passed, rounded, settle
from tests.factories import DAY, MONDAY

NOW = MONDAY


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Package], dict[str, int]]:
    """Packages, some of them expired or still to come, and what one ticket has taken of what is used of each."""
    packages, taken = [], {}
    for number in range(draw(st.integers(0, 5))):
        minutes = 60 * draw(st.sampled_from((10, 20, 30)))
        used = draw(st.integers(0, minutes))
        begins = NOW + draw(st.integers(-400, 40)) * DAY
        packages.append(
            Package(id=f"P{number}", minutes=minutes, used=used, bought_at=begins, expires_at=begins + 365 * DAY)
        )
        taken[f"P{number}"] = draw(st.integers(0, used))
    return packages, taken


@given(accounts(), st.integers(0, 6000))
def test_a_ticket_has_taken_exactly_what_it_needs_and_no_package_gives_more_than_it_holds(
    account: tuple[list[Package], dict[str, int]], wanted: int
) -> None:
    packages, taken = account
    more = wanted - sum(taken.values())
    if more > left(packages, NOW):
        with pytest.raises(DomainError, match="more is needed") as refused:
            settle(packages, taken, wanted, NOW)
        assert refused.value.code == "hours_used_up"
        return
    after = settle(packages, taken, wanted, NOW)
    assert sum(after.values()) == wanted
    for package in packages:
        change = after.get(package.id, 0) - taken[package.id]
        assert 0 <= package.used + change <= package.minutes
        assert change <= 0 or package.in_force(NOW)
        assert change * more >= 0  # what is needed is taken, what is not is given back: never both
    now = [one.model_copy(update={"used": one.used + after.get(one.id, 0) - taken[one.id]}) for one in packages]
    assert settle(now, after, wanted, NOW) == after


@given(accounts(), st.integers(0, 6000))
def test_the_earliest_to_expire_is_emptied_before_the_next_is_touched(
    account: tuple[list[Package], dict[str, int]], wanted: int
) -> None:
    packages, taken = account
    if not 0 < wanted - sum(taken.values()) <= left(packages, NOW):
        return
    after = settle(packages, taken, wanted, NOW)
    order = sorted((one for one in packages if one.in_force(NOW)), key=lambda one: (one.expires_at, one.id))
    gave = [after.get(one.id, 0) - taken[one.id] for one in order]
    touched = [number for number, minutes in enumerate(gave) if minutes]
    assert all(gave[number] == order[number].left for number in range(touched[-1]))


@pytest.mark.parametrize(("minutes", "counted"), [(1, 15), (15, 15), (16, 30), (240, 240), (241, 255)])
def test_each_started_step_counts_whole(minutes: int, counted: int) -> None:
    assert rounded(minutes, 15) == counted


def test_the_share_of_which_the_client_is_warned_is_passed_once() -> None:
    package = Package(id="P", minutes=600, used=480, bought_at=NOW, expires_at=NOW + DAY)
    assert passed(package, 479, 80)
    assert not passed(package, 480, 80)
    assert not passed(package.model_copy(update={"used": 479}), 0, 80)


def test_a_statement_adds_up_whatever_was_given_back_after_the_expiry() -> None:
    package = Package(id="P", minutes=600, used=0, bought_at=NOW, expires_at=NOW + 10 * DAY)
    moved = [
        Movement(at=NOW + DAY, package="P", ticket="T", minutes=100),
        Movement(at=NOW + 12 * DAY, package="P", ticket="T", minutes=-40),
    ]
    told = statement([package], moved, NOW, NOW + 30 * DAY)
    (line,) = told.lines
    assert (line.opening, line.bought, line.taken, line.expired, line.closing) == (0, 600, 60, 540, 0)
    before = statement([package], moved, NOW, NOW + 5 * DAY)
    assert (before.lines[0].closing, before.lines[0].expired) == (500, 0)
    assert held(package, moved, NOW + 10 * DAY) == 500
    assert held(package, moved, NOW + 10 * DAY + timedelta(microseconds=1)) == 0


def test_the_course_of_a_package_goes_down_in_steps_and_to_nothing_at_its_end() -> None:
    package = Package(id="P", minutes=600, bought_at=NOW, expires_at=NOW + 10 * DAY)
    moved = [Movement(at=NOW + 2 * DAY, package="P", ticket="T", minutes=90)]
    assert course(package, moved, NOW + 5 * DAY) == [(NOW, 600), (NOW + 2 * DAY, 510), (NOW + 5 * DAY, 510)]
    assert course(package, moved, NOW + 20 * DAY)[-2:] == [(NOW + 10 * DAY, 510), (NOW + 10 * DAY, 0)]
    assert course(package, moved, NOW - DAY) == []
