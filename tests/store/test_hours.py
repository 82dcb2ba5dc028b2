"""The hour account in both databases: many at once, asked twice, given back; and time entries as lists show them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from domain import commands as cmd
from domain.hours import Settled, Settling
from domain.terms import RequestTerms
from domain.words import Cover, Work
from store import directory, hour_entries, hour_packages, hours
from store.database import Database
from store.directory import Contract, Organisation
from store.hour_entries import EntryFilter, EntryOrder
from store.hour_packages import PackageOrder
from store.hours import SoldPackage
from store.recording import record
from tests.factories import BOB, DAY, HOUR, MONDAY, Life, terms

KINDS = {"error": RequestTerms(title={"en": "Error"}), "help": RequestTerms(title={"en": "Help"}, cover="billable")}


def client(db: Database, **contract: Any) -> None:
    directory.save(
        db,
        Organisation(id="acme", name="ACME", language="fr"),
        Contract(id="acme-1", organisation="acme", agreement="trial", valid_from=MONDAY - DAY, **contract),
    )


def package(
    name: str = "P1", minutes: int = 600, *, bought_at: datetime = MONDAY - DAY, days: int = 365
) -> SoldPackage:
    return SoldPackage(
        id=name, organisation="acme", contract="acme-1", agreement="trial", minutes=minutes, bought_at=bought_at,
        expires_at=bought_at + days * DAY, sold_by="max", sold_at=MONDAY, digest="d",
    )  # fmt: skip


def ask(db: Database, ticket: str, wanted: int, cause: str = "c1", at: datetime = MONDAY) -> Settled:
    fields = {"ticket": ticket, "wanted": wanted, "cause": cause, "at": at, "warn_at": 80}
    return hours.book(db, Settling(organisation="acme", agreement="trial", **fields))


def taken(db: Database) -> dict[str, int]:
    return {one.id: one.used for one in hours.packages(db, "acme")}


def test_of_many_that_want_the_last_hours_at_once_only_as_many_get_some_as_there_are(db: Database) -> None:
    client(db)
    hours.sell(db, package(minutes=300))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: ask(db, f"T{number}", 60), range(12)))
    assert sum(answer.booked is not None for answer in answers) == 5
    assert {answer.code for answer in answers if answer.booked is None} == {"hours_used_up"}
    assert taken(db) == {"P1": 300}


def test_one_that_asks_again_is_answered_alike_and_books_nothing_more(db: Database) -> None:
    client(db)
    hours.sell(db, package())
    first, again = ask(db, "T1", 500), ask(db, "T1", 500)
    assert first == again
    assert first.booked is not None
    assert (first.booked.taken, first.booked.left, first.booked.warned) == ({"P1": 500}, 100, {"P1": 100})
    assert [one.minutes for one in hours.movements(db, "acme")] == [500]
    assert ask(db, "T1", 515, "c2").booked.warned == {}  # type: ignore[union-attr]


def test_what_is_given_back_can_be_taken_again_and_is_warned_of_again(db: Database) -> None:
    client(db)
    hours.sell(db, package())
    ask(db, "T1", 500)
    assert ask(db, "T1", 0, "c1:back").booked.left == 600  # type: ignore[union-attr]
    assert taken(db) == {"P1": 0}
    assert ask(db, "T2", 500).booked.warned == {"P1": 100}  # type: ignore[union-attr]


def test_a_refusal_changes_nothing(db: Database) -> None:
    client(db)
    hours.sell(db, package(minutes=600))
    ask(db, "T1", 590)
    answer = ask(db, "T2", 15)
    assert (answer.booked, answer.code) == (None, "hours_used_up")
    assert taken(db) == {"P1": 590}
    assert len(hours.movements(db, "acme")) == 1


def test_a_package_ends_with_its_contract_and_another_agreements_packages_do_not_count(db: Database) -> None:
    client(db, valid_to=MONDAY + 2 * DAY)
    hours.sell(db, package())
    assert hours.packages(db, "acme")[0].expires_at == MONDAY + 2 * DAY
    assert ask(db, "T1", 60).booked is not None
    assert ask(db, "T2", 60, at=MONDAY + 2 * DAY).code == "hours_used_up"
    other = Settling(organisation="acme", agreement="other", ticket="T3", wanted=60, at=MONDAY, cause="c")
    assert hours.book(db, other).code == "hours_used_up"


def test_a_package_is_sold_once_and_only_under_a_contract_that_is_there(db: Database) -> None:
    client(db)
    assert hours.sell(db, package())[1] is False
    kept, again = hours.sell(db, package(minutes=1200))
    assert (kept.minutes, again) == (600, True)
    with pytest.raises(IntegrityError):
        hours.sell(db, package("P2").model_copy(update={"contract": "nowhere"}))


def worked(*minutes: int) -> Life:
    life = Life(terms=terms(requests=KINDS, default_request="error"))
    for number in minutes:
        life.do(BOB, cmd.LogTime(work=Work.work, minutes=number, began_at=life.now, text=f"{number} min"), DAY)
    return life


def listed(db: Database, **wanted: Any) -> list[tuple[int, int, str]]:
    found = hour_entries.find(db, EntryFilter(organisation="acme", **wanted)).entries
    return [(entry.worked, entry.charged, entry.cover) for entry in found]


def test_entries_are_listed_as_they_are_charged_now_newest_first(db: Database) -> None:
    life = worked(10, 20)
    record(db, life.take(), MONDAY)
    assert listed(db) == [(20, 0, "included"), (10, 0, "included")]
    life.do(BOB, cmd.Classify(kind="help", reason="It is billed."))
    recording = life.take()
    for _ in range(2):
        record(db, recording, MONDAY)
    assert listed(db) == [(20, 20, "billable"), (10, 10, "billable")]
    assert listed(db, cover=Cover.included) == []
    assert listed(db, began_to=MONDAY + HOUR) == [(10, 10, "billable")]


def test_entries_of_a_step_that_never_became_durable_give_way(db: Database) -> None:
    life = worked(10)
    record(db, life.take(1_000_010), MONDAY)
    phantom, truth = worked(10), worked(10)
    for other, minutes in ((phantom, 45), (truth, 20)):
        other.take()
        other.do(BOB, cmd.LogTime(work=Work.work, minutes=minutes, began_at=other.now, text="More."), DAY)
    record(db, phantom.take(1_000_020), MONDAY)
    assert [worked for worked, _, _ in listed(db)] == [45, 10]
    record(db, truth.take(1_000_030), MONDAY)
    assert [worked for worked, _, _ in listed(db)] == [20, 10]


def test_pages_of_entries_miss_none_and_repeat_none(db: Database) -> None:
    record(db, worked(*range(1, 8)).take(), MONDAY)
    for order in EntryOrder:
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = hour_entries.find(db, EntryFilter(organisation="acme"), order, cursor, limit=3)
            seen += [entry.worked for entry in page.entries]
            cursor = page.next
            if cursor is None:
                break
        assert seen == [7, 6, 5, 4, 3, 2, 1]
    with pytest.raises(ValueError, match="begin at the first page"):
        hour_entries.find(db, EntryFilter(organisation="acme"), cursor="bm9uc2Vuc2U")


def test_movements_are_told_up_to_an_instant(db: Database) -> None:
    client(db)
    hours.sell(db, package())
    ask(db, "T1", 60)
    ask(db, "T1", 90, "c2", MONDAY + timedelta(hours=1))
    assert [one.minutes for one in hours.movements(db, "acme", until=MONDAY + HOUR)] == [60]
    assert [one.minutes for one in hours.movements(db, "acme")] == [60, 30]


def test_packages_of_all_clients_are_paged_in_both_orders_and_narrowed_to_those_in_force(db: Database) -> None:
    client(db, valid_to=MONDAY + 50 * DAY)
    for number in range(5):
        hours.sell(db, package(f"P{number}", bought_at=MONDAY + (number - 2) * DAY, days=100))
    for order, expected in ((PackageOrder.expires_at, "01234"), (PackageOrder.newest, "43210")):
        found, cursor = hour_packages.find(db, None, None, MONDAY, order, None, 2)
        while cursor is not None:
            some, cursor = hour_packages.find(db, None, None, MONDAY, order, cursor, 2)
            found += some
        assert [one.id for one in found] == [f"P{number}" for number in expected]
    held, _ = hour_packages.find(db, "acme", True, MONDAY)
    rest, _ = hour_packages.find(db, "acme", False, MONDAY)
    assert ([one.id for one in held], [one.id for one in rest]) == (["P0", "P1", "P2"], ["P3", "P4"])
    assert hour_packages.find(db, None, True, MONDAY + 60 * DAY)[0] == [], "the contract is over"
    assert hour_packages.find(db, "beta", None, MONDAY)[0] == []
