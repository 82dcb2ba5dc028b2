"""Recorded tickets under one agreement or two: what each would have meant for them, and which ones tell them apart.

The log is read ticket by ticket; what is kept of each is added up at once, so memory does not grow with the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.errors import DomainError
from domain.telling import duration
from domain.terms import Terms
from foresight.grouping import Recorded, by_ticket
from foresight.judging import Judged, judged
from foresight.mapping import Mapping
from foresight.recorded import Reading, RecordedTicket, instant, read_ticket
from foresight.retelling import AFTERWARDS, retell
from foresight.rows import BadRow, Row
from foresight.simulator import TooManyEvents
from foresight.totals import Totals

TermsOf = Callable[[date], Terms]
"""The terms of a ticket that is opened on that day."""
LISTED = 1_000
"""Bad rows that are kept with their reason; the others are counted."""


@dataclass(frozen=True)
class Candidate:
    """An agreement that is tried: its name in the report, and its terms."""

    name: str
    terms_of: TermsOf


@dataclass(frozen=True)
class Difference:
    """A promise of a ticket that came out otherwise under the second agreement; absent where it has none such."""

    ticket: str
    clock: str
    first: Judged | None
    second: Judged | None

    @property
    def turned(self) -> tuple[str, str, str]:
        """The promise, and how it ended under the first and the second agreement ("" where it has none such)."""
        return self.clock, self.first.ending if self.first else "", self.second.ending if self.second else ""

    @property
    def decisive(self) -> bool:
        """Kept under one of them and not under the other: what somebody who chooses looks at first."""
        sides = [one.ending for one in (self.first, self.second) if one is not None]
        return len(sides) == 2 and "met" in sides and bool({"missed", "open_late"} & set(sides))

    @property
    def why(self) -> str:
        """What made the difference, in words."""
        one, other = self.first, self.second
        if one is None or other is None:
            return "promised by one of them only"
        if one.promise != other.promise:
            return f"promised {one.promise}, and {other.promise}"
        if one.stood != other.stood:
            return f"stood still for {duration(one.stood)}, and for {duration(other.stood)}"
        if one.due != other.due:
            return "the same words, counted on other hours"
        return "done at another instant"


@dataclass
class Backtest:
    """What came of a log: figures for each agreement, what differed, and the rows that could not be used."""

    totals: dict[str, Totals]
    read: int = 0
    tickets: int = 0
    bad: list[BadRow] = field(default_factory=list)
    bad_rows: int = 0
    silent: dict[str, int] = field(default_factory=dict)
    differing: int = 0
    turned: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Promises that ended otherwise: how many of each `Difference.turned`."""

    def add_bad(self, row: BadRow) -> None:
        """Counts a row that could not be used; the first ones are listed."""
        self.bad_rows += 1
        if len(self.bad) < LISTED:
            self.bad.append(row)


OnVerdict = Callable[[str, str, Judged], None]
"""Told of each verdict: agreement, ticket, verdict."""


def run(
    rows: Iterable[Row | BadRow],
    mapping: Mapping,
    candidates: tuple[Candidate, ...],
    *,
    on_verdict: OnVerdict | None = None,
    on_difference: Callable[[Difference], None] | None = None,
    on_ticket: Callable[[int], None] | None = None,
    afterwards: timedelta = AFTERWARDS,
) -> Backtest:
    """Tells every ticket of the log under each candidate, up to `afterwards` its last step.

    LogError when the log cannot be read, or tells a row what nobody could know then.
    """
    found = Backtest({one.name: Totals() for one in candidates})
    columns = mapping.columns

    def read(row: Row) -> tuple[str, datetime]:
        ticket = row.values[columns.ticket].strip()
        if not ticket:
            raise ValueError(f"column {columns.ticket} is empty: whose row is this?")
        return ticket, instant(row.values[columns.at], columns)

    for ticket, recorded in by_ticket(_counted(rows, found), read, found.add_bad):
        found.tickets += 1
        verdicts = [_told(ticket, recorded, mapping, one, found, on_verdict, afterwards) for one in candidates]
        if len(verdicts) > 1:
            differences = list(_differences(ticket, *verdicts[:2]))
            found.differing += bool(differences)
            found.turned.update(difference.turned for difference in differences)
            for difference in differences if on_difference else ():
                on_difference(difference)  # type: ignore[misc]  # it is there
        if on_ticket is not None:
            on_ticket(found.tickets)
    return found


def _counted(rows: Iterable[Row | BadRow], found: Backtest) -> Iterator[Row | BadRow]:
    for row in rows:
        found.read += 1
        yield row


def _told(
    name: str,
    recorded: Recorded,
    mapping: Mapping,
    candidate: Candidate,
    found: Backtest,
    on_verdict: OnVerdict | None,
    afterwards: timedelta,
) -> list[Judged]:
    reading = Reading()
    read_ticket(name, recorded, mapping, candidate.terms_of, reading)
    totals = found.totals[candidate.name]
    if candidate.name == next(iter(found.totals)):
        for bad in reading.bad:
            found.add_bad(bad)
        for activity, count in reading.silent.items():
            found.silent[activity] = found.silent.get(activity, 0) + count
    if not reading.tickets:
        return []
    ticket: RecordedTicket = reading.tickets[0]
    last = ticket.steps[-1].at if ticket.steps else ticket.opened_at
    try:
        life, outcomes = retell(ticket, until=last + afterwards)
    except DomainError as refusal:
        totals.unserved[refusal.code] += 1
        return []
    except TooManyEvents:
        totals.unserved["too_many_events"] += 1
        return []
    verdicts = judged(life.events)
    totals.add(life, verdicts, outcomes)
    for one in verdicts if on_verdict else ():
        on_verdict(candidate.name, name, one)  # type: ignore[misc]  # it is there
    return verdicts


def _differences(ticket: str, first: list[Judged], second: list[Judged]) -> Iterator[Difference]:
    """Promise by promise of each kind, the first with the first; of updates only how many were kept and missed."""
    for kind in dict.fromkeys(one.clock for one in (*first, *second)):
        ours = [one for one in first if one.clock is kind]
        theirs = [one for one in second if one.clock is kind]
        if kind == "update":
            if [one.ending for one in ours if one.ending == "missed"] != [
                one.ending for one in theirs if one.ending == "missed"
            ]:
                yield Difference(ticket, str(kind), *(_worst(side) for side in (ours, theirs)))
            continue
        for place in range(max(len(ours), len(theirs))):
            one = ours[place] if place < len(ours) else None
            other = theirs[place] if place < len(theirs) else None
            if (one.ending if one else None) != (other.ending if other else None):
                yield Difference(ticket, str(kind), one, other)


def _worst(side: list[Judged]) -> Judged | None:
    return next((one for one in side if one.ending == "missed"), side[0] if side else None)
