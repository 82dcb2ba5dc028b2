"""The provider's services and windows: on both databases, page by page, and never two windows in one free hour."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from domain.commands import Actor
from domain.errors import DomainError
from domain.maintenance import PlanMaintenance, Window, cancel, plan
from domain.messages import Message, maintenance
from domain.terms.provider import MaintenanceTerms, ProviderTerms
from domain.words import Role
from store import outbox, provider
from store.database import Database
from store.provider import Order, Service, WindowFilter
from store.routing import route
from tests.factories import DAY, HOUR, MONDAY

TERMS = MaintenanceTerms(at_most=3 * 3600, at_most_words="3 h", zone="Europe/Paris")
SAID = ProviderTerms(languages=("en",), maintenance=TERMS)
BOB = Actor(role=Role.level1, id="bob")
READERS = [maintenance.Reader(contact="anna", language="en")]


def service(db: Database, name: str = "sites", agreement: str = "trackforce") -> None:
    provider.save_service(db, Service(id=name, name=name.title(), agreement=agreement, monitor=name))


def planned(db: Database, window: str, hours: int = 1, day: int = 7, of: str = "sites") -> Window:
    wanted = PlanMaintenance(starts_at=MONDAY + day * DAY, ends_at=MONDAY + day * DAY + hours * HOUR, text="New.")

    def decide(standing: list[Window]) -> tuple[Window, list[Message]]:
        made = plan(TERMS, standing, wanted, BOB, window, of, MONDAY)
        return made, maintenance.planned(made, of, SAID, READERS)

    return provider.plan(db, of, window, "digest", decide, MONDAY)[0]


def due(db: Database) -> list[outbox.Waiting]:
    route(db, MONDAY)
    return outbox.due(db, MONDAY)


def test_a_window_comes_with_its_announcement_or_not_at_all(db: Database) -> None:
    service(db)
    planned(db, "W1", hours=3)
    with pytest.raises(DomainError, match="0 min left"):
        planned(db, "W2", day=8)
    assert [waiting.message.to.id for waiting in due(db)] == ["anna"]
    assert provider.window(db, "W2") is None


def test_a_cancelled_window_takes_back_what_did_not_go_out_yet(db: Database) -> None:
    service(db)
    made = planned(db, "W1", hours=3)

    def decide(window: Window) -> tuple[Window, list[Message]]:
        off = cancel(window, "Not ready.", BOB, MONDAY)
        return off, maintenance.cancelled(off, "sites", SAID, READERS)

    assert provider.cancel(db, made.id, decide, MONDAY).cancelled_for == "Not ready."
    assert [waiting.message.template for waiting in due(db)] == ["maintenance_cancelled"]
    assert planned(db, "W2", hours=3).cancelled_at is None


def test_two_that_plan_at_once_cannot_both_have_the_last_hour(db: Database) -> None:
    service(db)
    planned(db, "W0", hours=2)
    refused: list[str] = []

    def one(number: int) -> None:
        try:
            planned(db, f"W{number}", day=8 + number)
        except DomainError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["maintenance_limit"] * 3


def test_windows_are_listed_by_page_of_the_agreements_one_may_see(db: Database) -> None:
    service(db)
    service(db, "mail", "other")
    for number, day in enumerate((9, 7, 8)):
        planned(db, f"W{number}", day=day)
    planned(db, "M1", of="mail")
    seen = WindowFilter(agreements=frozenset({"trackforce"}))
    first, following = provider.windows(db, seen, Order.newest, None, 2)
    rest, end = provider.windows(db, seen, Order.newest, following, 2)
    assert ([one.id for one in (*first, *rest)], end) == (["W0", "W2", "W1"], None)
    during = WindowFilter(from_at=MONDAY + 8 * DAY, to_at=MONDAY + 8 * DAY + timedelta(minutes=1))
    assert [one.id for one in provider.windows(db, during)[0]] == ["W2"]
    with pytest.raises(ValueError, match="first page"):
        provider.windows(db, seen, Order.starts_at, following)


def test_a_name_in_monitors_belongs_to_one_service(db: Database) -> None:
    service(db)
    with pytest.raises(provider.Taken):
        provider.save_service(db, Service(id="other", name="Other", agreement="trackforce", monitor="sites"))
    found = provider.monitored_as(db, "sites")
    assert found is not None
    assert found.id == "sites"
