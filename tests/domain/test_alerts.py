"""What becomes of an alert that fires: few tickets however it flaps, and none forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as cmd
from domain import events as ev
from domain.alerts import Bounds, Place, Standing, can_reopen, goes_on, milestone, place, worth_telling
from domain.errors import DomainError
from domain.words import Status
from tests.domain.stories import CLIENT, MONITOR, STAFF, Story, agreement, paris
from tests.factories import DAY, MINUTE, MONDAY

TF = agreement("trackforce")
AGAIN = cmd.AlertFired(started_at=paris("03-02 11:00"), text="Disk full again.")
WINDOW = timedelta(days=3)


def standing(status: Status, until: datetime | None = None, *, restored: bool = False) -> Standing:
    return Standing(ticket="T1", status=status, reopen_until=until, restored=restored)


@pytest.mark.parametrize(
    ("last", "taken", "expected"),
    [
        (None, 0, Place.opens),
        (None, 9, Place.storm),
        (standing(Status.new), 0, Place.joins),
        (standing(Status.resolved), 9, Place.joins),
        (standing(Status.closed, MONDAY + DAY), 0, Place.reopens),
        (standing(Status.closed, MONDAY + DAY), 9, Place.storm),
        (standing(Status.closed, MONDAY), 0, Place.opens),
        (standing(Status.archived), 0, Place.opens),
        (standing(Status.open, restored=True), 0, Place.opens),
        (standing(Status.closed, MONDAY + DAY, restored=True), 0, Place.opens),
    ],
)
def test_an_episode_finds_its_place(last: Standing | None, taken: int, expected: Place) -> None:
    assert place(last, taken, Bounds(tickets=10), MONDAY) is expected


def test_the_window_ends_at_its_instant() -> None:
    assert can_reopen(standing(Status.closed, MONDAY + MINUTE), MONDAY)
    assert not can_reopen(standing(Status.closed, MONDAY), MONDAY)


def test_a_firing_without_a_start_goes_on_with_an_open_ticket_only() -> None:
    assert goes_on(standing(Status.waiting))
    assert not any(map(goes_on, (None, standing(Status.closed, MONDAY + DAY), standing(Status.open, restored=True))))


def test_a_ticket_is_told_of_what_changes_and_not_too_often() -> None:
    bounds = Bounds(words=3)
    assert worth_telling(False, 2, bounds)
    assert not worth_telling(True, 0, bounds)
    assert not worth_telling(False, 3, bounds)


@given(st.integers(1, 10**7))
def test_a_storm_tells_of_its_growth_a_handful_of_times(members: int) -> None:
    assert sum(map(milestone, range(1, min(members, 2_000)))) <= 3
    assert milestone(members) == (members in (10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000))


class Desk:
    """One alert and its tickets: it fires, and people close what they are told of."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds, self.now = bounds, MONDAY
        self.tickets: list[Standing] = []
        self.taken: list[datetime] = []
        self.places: list[Place] = []

    def fire(self) -> None:
        last = self.tickets[-1] if self.tickets else None
        if last is not None and last.status is Status.closed and last.reopen_until and last.reopen_until <= self.now:
            last = last.model_copy(update={"status": Status.archived})
        taken = sum(1 for at in self.taken if self.now - at < self.bounds.within)
        found = place(last, taken, self.bounds, self.now)
        self.places.append(found)
        if found is Place.opens:
            self.tickets.append(Standing(ticket=f"T{len(self.tickets)}", status=Status.new))
        elif found is Place.reopens:
            self.tickets[-1] = self.tickets[-1].model_copy(update={"status": Status.open})
        if found in (Place.opens, Place.reopens):
            self.taken.append(self.now)

    def close(self) -> None:
        if self.tickets:
            closed = {"status": Status.closed, "reopen_until": self.now + WINDOW}
            self.tickets[-1] = self.tickets[-1].model_copy(update=closed)


FLAPPING = st.lists(
    st.one_of(st.just("fire"), st.just("close"), st.timedeltas(timedelta(0), timedelta(days=5))), max_size=60
)


@given(FLAPPING, st.integers(1, 6))
def test_a_flapping_alert_opens_a_second_ticket_only_after_the_window_of_the_first(steps: list[object], n: int) -> None:
    desk = Desk(Bounds(tickets=n))
    for step in steps:
        if isinstance(step, timedelta):
            desk.now += step
            continue
        before = list(desk.tickets)
        desk.fire() if step == "fire" else desk.close()
        if len(desk.tickets) > len(before) and before:
            assert before[-1].status is Status.closed
            assert before[-1].reopen_until is not None
            assert desk.now >= before[-1].reopen_until
        if step == "fire":
            # Whatever happens, the firing has a place: an open ticket, or the storm's list where its share is used up.
            told = desk.places[-1] is Place.storm or desk.tickets[-1].status in (Status.new, Status.open)
            assert told


@given(FLAPPING, st.integers(1, 6))
def test_no_stretch_of_time_has_more_tickets_than_its_share(steps: list[object], n: int) -> None:
    desk = Desk(Bounds(tickets=n))
    for step in steps:
        if isinstance(step, timedelta):
            desk.now += step / 400
        else:
            desk.fire() if step == "fire" else desk.close()
    for begins in desk.taken:
        assert sum(1 for at in desk.taken if begins <= at < begins + desk.bounds.within) <= max(0, n - 1)


def test_an_alert_that_fires_again_is_a_word_on_its_open_ticket() -> None:
    story = Story(TF, "03-02 10:00", by=MONITOR, severity="critical", channel="monitoring")
    story.do("03-02 10:30", MONITOR, cmd.AlertCleared(ended_at=paris("03-02 10:30"), text="Over."))
    assert story.state.suggestion == "Over."
    story.do("03-02 11:00", MONITOR, AGAIN)
    assert [fact.text for fact in story.facts(ev.AlertRepeated)] == ["Disk full again."]
    assert (story.state.status, story.state.suggestion) == (Status.new, None)
    assert story.told("anna", "comment")


def test_an_alert_that_fires_again_takes_the_proposal_back() -> None:
    story = Story(TF, "03-02 10:00", by=MONITOR, severity="critical", channel="monitoring")
    story.do("03-02 10:30", STAFF, cmd.Resolve(kind="fix", text="Cleaned."))
    story.do("03-02 11:00", MONITOR, AGAIN)
    assert story.state.status is Status.open
    assert [fact.reason for fact in story.facts(ev.ResolutionRefused)] == ["Disk full again."]


def test_an_alert_that_fires_again_reopens_its_closed_ticket() -> None:
    story = Story(TF, "03-02 10:00", by=MONITOR, severity="critical", channel="monitoring")
    story.do("03-02 10:30", CLIENT, cmd.Withdraw(reason="Cleaned."))
    story.do("03-02 11:00", MONITOR, AGAIN)
    assert story.state.status is Status.open
    assert [fact.reason for fact in story.facts(ev.TicketReopened)] == ["Disk full again."]


def test_after_the_window_an_alert_cannot_reopen() -> None:
    story = Story(TF, "03-02 10:00", by=MONITOR, severity="critical", channel="monitoring")
    story.do("03-02 10:30", CLIENT, cmd.Withdraw(reason="Cleaned."))
    with pytest.raises(DomainError) as refused:
        story.do("05-02 11:00", MONITOR, AGAIN)
    assert refused.value.code == "ticket_archived"
