"""Recorded tickets: what a log says was done, as the commands of the domain at their recorded instants.

The reader follows only what a mapping's conditions need. Whether a command is accepted is for the real ticket to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from domain.commands import Actor, Open, Step
from domain.terms import Terms
from foresight.hindsight import Reader, known_then
from foresight.mapping import Columns, Mapping, fields_of
from foresight.rows import BadRow, Row
from foresight.telling import Telling, name, plain

CYCLE = 28
"""Years after which weekdays and leap days repeat (inside 1901 to 2099)."""


Recorded = list[tuple[datetime, Row]]
"""The rows of one ticket with their instants."""


@dataclass(frozen=True)
class RecordedStep:
    """Command `number` of its ticket. `or_else`: what it was if the ticket stands elsewhere than the log had it."""

    at: datetime
    line: int
    activity: str
    by: Actor
    step: Step
    or_else: Step | None = None
    number: int = 0


@dataclass(frozen=True)
class RecordedTicket:
    """A ticket with everything the log has of it, in the order it happened; `at` of all instants is in UTC."""

    id: str
    line: int
    opened_at: datetime
    by: Actor
    opening: Open
    steps: tuple[RecordedStep, ...]


@dataclass
class Reading:
    """What a log came to: tickets by opening, rows that could not be used, activities that gave no command."""

    tickets: list[RecordedTicket] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    silent: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    tickets_in_log: int = 0


def instant(text: str, columns: Columns, years: int = 0) -> datetime:
    """A recorded time as UTC, `years` later by the calendar of the place that wrote it.

    A time without offset is read in the log's zone. Moving the wall-clock time, and only then converting, keeps 09:00
    at 09:00 over the log's own clock changes. ValueError when the text is no such time.
    """
    try:
        at = (
            datetime.strptime(text.strip(), columns.format)  # noqa: DTZ007  the zone follows below
            if columns.format
            else datetime.fromisoformat(text.strip())
        )
    except ValueError:
        wanted = columns.format or "ISO 8601, like 2025-03-31 14:05; another form is named in columns.format"
        raise ValueError(f'column {columns.at}: "{text}" is no time ({wanted})') from None
    at = at.replace(year=at.year + years)
    if at.tzinfo is None:
        if columns.zone is None:
            raise ValueError("the time has no UTC offset; name the log's zone in columns.zone")
        at = at.replace(tzinfo=ZoneInfo(columns.zone))
    return at.astimezone(ZoneInfo("UTC"))


def shift_for(start: datetime, now: datetime) -> int:
    """The fewest years, a multiple of 28, that put `start` after `now`."""
    years = 0
    while start.replace(year=start.year + years) <= now:
        years += CYCLE
    return years


def first_instant(rows: Iterable[Row], mapping: Mapping) -> datetime | None:
    """The earliest readable instant of a log; None when there is none."""
    found = []
    for row in rows:
        try:
            found.append(instant(row.values[mapping.columns.at], mapping.columns))
        except ValueError:
            continue  # listed as a bad row by `read`
    return min(found, default=None)


def read(
    rows: Iterable[Row],
    mapping: Mapping,
    terms_of: Callable[[date], Terms],
    *,
    years: int = 0,
    tickets: int = 0,
    spread: bool = False,
) -> Reading:
    """Turns rows into recorded tickets. `terms_of` gives the terms of a ticket opened on that (moved) day.

    At most `tickets` of them (0: all) in the order of their opening: the first ones, or `spread` evenly over the log.
    """
    reading = Reading()
    groups: dict[str, Recorded] = {}
    for row in rows:
        reading.rows += 1
        ticket = row.values[mapping.columns.ticket].strip()
        try:
            if not ticket:
                raise ValueError(f"column {mapping.columns.ticket} is empty: whose row is this?")
            at = instant(row.values[mapping.columns.at], mapping.columns, years)
        except ValueError as error:
            reading.bad.append(BadRow(row.line, str(error)))
            continue
        groups.setdefault(ticket, []).append((at, row))
    reading.tickets_in_log = len(groups)
    names: dict[str, str] = {}
    for ticket, recorded in _pick(groups, tickets, spread=spread):
        same = names.setdefault(plain(ticket), ticket)
        if same == ticket:
            read_ticket(ticket, recorded, mapping, terms_of, reading)
        else:
            reading.bad += [BadRow(row.line, f"ticket {ticket} and {same} become one name") for _, row in recorded]
    reading.bad.sort(key=lambda bad: bad.line)
    return reading


def _pick(groups: dict[str, Recorded], count: int, *, spread: bool) -> list[tuple[str, Recorded]]:
    for recorded in groups.values():
        recorded.sort(key=itemgetter(0))
    inorder = sorted(groups.items(), key=lambda group: (group[1][0][0], group[1][0][1].line))
    if not 0 < count < len(inorder):
        return inorder
    return [inorder[place * len(inorder) // count if spread else place] for place in range(count)]


def read_ticket(
    ticket: str,
    recorded: Recorded,
    mapping: Mapping,
    terms_of: Callable[[date], Terms],
    reading: Reading,
) -> None:
    """Adds one ticket, from its rows in the order of time, to `reading`, and what cannot be used to the bad rows.

    LogError when a row holds what nobody could know then.
    """
    recorded = known_then(recorded, mapping, _reader(mapping.columns, recorded))
    telling: Telling | None = None
    opened: tuple[datetime, Row, Open] | None = None
    steps: list[RecordedStep] = []
    for at, row in recorded:
        activity = activity_of(mapping, row)
        try:
            if telling is None:
                terms = terms_of(at.date())
                telling = Telling(mapping, terms)
                opened = at, row, telling.opening(name(ticket), row.values, activity)
            told = list(telling.row(row.values, activity, first=row is opened[1] if opened else False))
        except ValidationError as error:
            reading.bad.append(BadRow(row.line, "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())))
        except ValueError as error:
            reading.bad.append(BadRow(row.line, str(error)))
        else:
            if not told:
                reading.silent[activity] += 1
            for by, step, or_else in told:
                steps.append(RecordedStep(at, row.line, activity, by, step, or_else, len(steps) + 1))
        if opened is None:
            telling = None  # the next row opens the ticket
    if opened is not None and telling is not None:
        at, row, opening = opened
        reading.tickets.append(RecordedTicket(opening.ticket, row.line, at, telling.client, opening, tuple(steps)))


def _reader(columns: Columns, recorded: Recorded) -> Reader:
    """Reads a text as the log writes its instants, moved by as many years as the rows were."""
    at, row = recorded[0]
    moved = at.year - instant(row.values[columns.at], columns).year

    def read(text: str) -> datetime | None:
        try:
            return instant(text, columns, moved)
        except ValueError:
            return None

    return read


def activity_of(mapping: Mapping, row: Row) -> str:
    """What a row is about, in the log's own words."""
    words = mapping.columns.activity
    if not fields_of(words):
        return row.values[words]
    for column in fields_of(words):
        words = words.replace(f"{{{column}}}", row.values[column])
    return words
