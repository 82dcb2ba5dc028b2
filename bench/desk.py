"""A desk of 100,000 tickets in PostgreSQL: a few tickets of the rules, copied in with other names and times."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from agreements import load, published, revision
from domain import commands as cmd
from domain.record import Recording
from store import agreements, directory, search
from store.database import Database
from store.recording import _clock_rows, _ticket_row
from store.tables import clocks, ticket_words, tickets
from store.types import NEVER
from tests.factories import ANNA, BOB, DAY, HOUR, MONDAY, Life

CLIENTS, STAFF, OPEN_SHARE = 400, 60, 0.1
AGREEMENT = "trackforce"
NOW = MONDAY + 200 * DAY
AHEAD = 11 * HOUR
"""In so long every open ticket has something that falls due."""
_WORDS = (
    *("gate", "badge", "camera", "printer", "label", "export", "import", "report", "scanner", "reader", "controller"),
    *("server", "network", "database", "screen", "delivery", "note", "column", "invoice", "order", "stock", "site"),
    *("door", "alarm", "visitor", "firmware", "update", "licence", "password", "layout"),
)


def fill(database: Database, count: int) -> None:
    """Writes `count` tickets with their clocks and words; a tenth of them open, none overdue at NOW."""
    names = [directory.Organisation(id=f"client-{n}", name=f"Client {n} Ltd", language="en") for n in range(CLIENTS)]
    directory.save(database, *names)
    file = published()[AGREEMENT]
    agreements.save(database, AGREEMENT, _revision(), file.read_text(encoding="utf-8"), MONDAY)
    chosen = random.Random(7)
    kinds = {
        "open": _recording(Life("open")),
        "worked": _recording(Life("worked").do(BOB, cmd.Assign(assignee="bob"))),
        "closed": _recording(_closed("closed")),
        "archived": _recording(_closed("archived").wait(60 * DAY)),
    }
    made = [_ticket(chosen, number, kinds) for number in range(count)]
    with database.begin() as connection:
        raw: Any = connection.connection.driver_connection
        _copy(raw, "tickets", [column.name for column in tickets.columns], (ticket for ticket, _, _ in made))
        _copy(raw, "clocks", [column.name for column in clocks.columns], (row for _, rows, _ in made for row in rows))
        _copy(
            raw, "ticket_words", [column.name for column in ticket_words.columns], (w for _, _, ws in made for w in ws)
        )
    with database.read() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _closed(name: str) -> Life:
    return Life(name).do(ANNA, cmd.Withdraw(reason="Solved by itself"), after=2 * HOUR)


def _recording(life: Life) -> Recording:
    return life.take()


def _ticket(
    chosen: random.Random, number: int, kinds: dict[str, Recording]
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    kind = "closed" if chosen.random() > OPEN_SHARE else chosen.choice(("open", "worked"))
    recording = kinds[kind]
    shift, due = timedelta(days=chosen.random() * 199), recording.summary.next_due
    # Nobody lives these lives: whoever examines the desk at NOW must find what a desk that is kept has, which is clocks
    # that are still to act, and tickets archived whose time for reopening is over. Examined later, more is overdue.
    if kind == "closed" and due is not None and due + shift < NOW + HOUR:
        recording = kinds["archived"]
    elif kind != "closed" and due is not None:
        shift = NOW - due + AHEAD * chosen.random()
    name = f"B{number:09}"
    row = {key: _moved(value, shift) for key, value in _ticket_row(recording, recording.events[-1].at).items()}
    level, group = chosen.choice((("support", None), ("support", None), ("consulting", "logistics"), ("rnd", None)))
    subject = " ".join(chosen.sample(_WORDS, 5))
    row |= {
        "id": name, "subject": subject, "agreement": AGREEMENT, "revision": _revision(),
        "organisation": f"client-{chosen.randrange(CLIENTS)}", "level": level,
        "group": group, "queue_rank": chosen.randrange(3), "recorded_at": row["updated_at"],
        "assignee": f"staff-{chosen.randrange(STAFF)}" if kind == "worked" else None,
    }  # fmt: skip
    told = _clock_rows(name, recording.events, recording.clocks, recording.summary)
    rows = [{**{key: _moved(value, shift) for key, value in clock.items()}, "ticket": name} for clock in told]
    said = {"ticket": name}
    found = search.words(f"{subject} {row['organisation']}")
    return row, rows, [{**said, "word": word} for word in found]


@cache
def _revision() -> str:
    return revision(load(published()[AGREEMENT]))


def _moved(value: Any, shift: timedelta) -> Any:
    return value + shift if isinstance(value, datetime) else value


def _copy(raw: Any, table: str, columns: list[str], rows: Iterable[dict[str, Any]]) -> None:
    named = ", ".join(f'"{name}"' for name in columns)
    with raw.cursor().copy(f"COPY {table} ({named}) FROM STDIN") as copy:
        for values in _values(columns, rows):
            copy.write_row(values)


def _values(columns: list[str], rows: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    never = {"next_due", "promise_due", "promised_by"}
    for row in rows:
        yield [NEVER if name in never and row.get(name) is None else row.get(name) for name in columns]
