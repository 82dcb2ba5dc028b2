"""Finding tickets by words, on both databases."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from store import directory, tickets
from store.database import Database
from store.recording import record
from store.search import words
from store.ticket_filter import TicketFilter
from tests.factories import ANNA, BOB, MONDAY, Life


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Éclairage à l’entrée", ["eclairage", "entree"]),
        ("gate-3 GATE 3 gate_4", ["gate"]),
        ("x" * 60, ["x" * 40]),
        ("门 打不开", ["打不开"]),
        ("…?!", []),
    ],
)
def test_words_are_told_without_case_accents_and_signs(said: str, found: list[str]) -> None:
    assert words(said) == found


@pytest.fixture
def three(db: Database) -> Database:
    directory.save(db, directory.Organisation(id="acme", name="Zürcher Gatterbau", language="en"))
    for name, subject in {"A": "Étiquettes à imprimer", "B": "Gate closed", "C": "Gatekeeper’s badge"}.items():
        life = Life(name, at=MONDAY, subject=subject, organisation="acme" if name == "A" else "other")
        record(db, life.take(), life.now)
        record(db, life.do(BOB, cmd.Note(text="secretword")).take(), life.now)
        record(db, life.do(ANNA, cmd.Comment(text=f"Comment{name}")).take(), life.now)
    return db


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("gate", {"B", "C"}),
        ("GATE clos", {"B"}),
        ("etiquettes", {"A"}),
        ("imprim étiq", {"A"}),
        ("zurcher", {"A"}),
        ("ZÜRCHER", {"A"}),
        ("gatterbau etiquettes", {"A"}),
        ("commentc", {"C"}),
        ("secretword", set()),
        ("ate", set()),
        ("100 %", set()),
        ("'; DROP TABLE tickets", set()),
    ],
)
def test_every_word_begins_a_word_of_the_ticket_or_is_in_its_clients_name(
    three: Database, wanted: str, found: set[str]
) -> None:
    assert {row.id for row in tickets.find(three, TicketFilter(search=wanted)).tickets} == found


def test_signs_alone_find_nothing(three: Database) -> None:
    assert tickets.find(three, TicketFilter(search="%_")).tickets == ()
