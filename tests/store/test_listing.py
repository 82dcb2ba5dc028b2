"""Cursors: what leads into another list, another order or nowhere is refused, and nothing else happens."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from domain.words import Role
from store import audit, keys
from store.audit import AuditFilter, AuditOrder, Entry
from store.database import Database
from store.key_list import KeyFilter, find
from tests.factories import MONDAY

EVERYTHING = AuditFilter()


@pytest.fixture
def three(db: Database) -> Database:
    at = [MONDAY + timedelta(minutes=n) for n in range(3)]
    audit.add(
        db, [Entry(id=f"a{n}", at=one, last_at=one, operation="sign_in", outcome="done") for n, one in enumerate(at)]
    )
    return db


@pytest.mark.parametrize(("order", "expected"), [("newest", ["a2", "a1", "a0"]), ("oldest", ["a0", "a1", "a2"])])
def test_pages_of_one_lead_through_the_whole_list(three: Database, order: str, expected: list[str]) -> None:
    found, cursor = audit.find(three, EVERYTHING, AuditOrder(order), limit=1)
    seen = [one.id for one in found]
    while cursor is not None:
        found, cursor = audit.find(three, EVERYTHING, AuditOrder(order), cursor, 1)
        seen += [one.id for one in found]
    assert seen == expected


def test_the_order_cannot_be_changed_under_a_cursor(three: Database) -> None:
    _, cursor = audit.find(three, EVERYTHING, AuditOrder.newest, limit=1)
    with pytest.raises(ValueError, match="begin at the first page"):
        audit.find(three, EVERYTHING, AuditOrder.oldest, cursor)


def test_a_cursor_of_another_list_is_refused_though_its_order_has_the_same_name(three: Database) -> None:
    for who in ("bob", "clara"):
        keys.create(three, role=Role.level1, subject=who, organisation=None, now=MONDAY)
    _, cursor = find(three, KeyFilter(), MONDAY, limit=1)
    assert cursor is not None
    with pytest.raises(ValueError, match="begin at the first page"):
        audit.find(three, EVERYTHING, AuditOrder.newest, cursor)


@pytest.mark.parametrize(
    "values",
    [
        ["0001-01-01T00:00:00+23:59", "a1"],  # before the first instant there is, in UTC
        ["2026-03-02T09:00:00", "a1"],
        ["2026-03-02T09:00:00Z", "half a sign \ud800"],
        ["2026-03-02T09:00:00Z", "\0"],
        ["2026-03-02T09:00:00Z", 7],
        ["2026-03-02T09:00:00Z"],
        [None, None],
        {"at": 1},
    ],
)
def test_a_cursor_of_garbage_is_refused(three: Database, values: Any) -> None:
    written = ["audit.newest", *values] if isinstance(values, list) else values
    cursor = base64.urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")
    with pytest.raises(ValueError, match="begin at the first page"):
        audit.find(three, EVERYTHING, AuditOrder.newest, cursor)


def test_a_page_holds_one_entry_at_least_and_the_most_that_are_allowed(three: Database) -> None:
    assert len(audit.find(three, EVERYTHING, limit=0)[0]) == 1
    assert len(audit.find(three, EVERYTHING, limit=10_000)[0]) == 3
