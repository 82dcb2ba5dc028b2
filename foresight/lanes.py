"""A played scenario as lanes over a calendar: what a picture shows, in instants; how it is drawn is the picture's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.clock import Clock
from domain.messages import Message
from domain.target import ALWAYS
from domain.words import ClockKind, Role
from foresight.playing import Played

ORDER = (
    ClockKind.response, ClockKind.update, ClockKind.call, ClockKind.resolution, ClockKind.internal, ClockKind.consent,
)  # fmt: skip
_CLIENTS = ("contact",)
_MARGIN = 0.02
_SHORTEST = timedelta(hours=2)
_QUIET = 0.12
"""A picture ends this share of its length after the last thing that happened: not after days of nothing."""


@dataclass(frozen=True)
class Run:
    """A time in which a clock ran (`late`: past its due instant), or stood still."""

    since: datetime
    until: datetime
    kind: str
    """`runs`, `late` or `stands`."""


@dataclass(frozen=True)
class Due:
    """A due instant: `met`, `missed`, `cancelled`, or `open` at the end."""

    at: datetime
    outcome: str
    clock: Clock


@dataclass(frozen=True)
class Lane:
    """One clock kind: its promise in words, its runs, its due instants."""

    kind: ClockKind
    promise: str
    runs: tuple[Run, ...]
    dues: tuple[Due, ...]


@dataclass(frozen=True)
class Mark:
    """A message, or something that somebody did, at its instant. `row`: client, staff, or steps."""

    at: datetime
    row: str
    message: Message | None
    what: str
    who: str


@dataclass(frozen=True)
class Sheet:
    """Everything of a picture. `closed` are the hours in which `calendar` does not run."""

    since: datetime
    until: datetime
    zone: str
    calendar: str
    closed: tuple[tuple[datetime, datetime], ...]
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]


def sheet(played: Played) -> Sheet:
    """The picture of a life, from its opening to a little after the last thing that anybody did or was told."""
    terms = played.state.terms
    steps = [mark.at for mark in _steps(played)]
    last = max([*steps, *(one.at for one in played.sent)], default=played.ended_at)
    since = played.events[0].at
    until = min(played.ended_at, last + max(_SHORTEST, (last - since) * _QUIET))
    room = (until - since) * _MARGIN
    since, until = since - room, until + room
    office = next((name for name in terms.calendars if name != ALWAYS), ALWAYS)
    calendar = terms.calendars[office]
    marks = [*_steps(played), *_messages(played)]
    return Sheet(
        since=since,
        until=until,
        zone=terms.zone,
        calendar=office,
        closed=tuple(_closed(list(calendar.openings(since, until)), since, until)),
        lanes=tuple(_lanes(played, until)),
        marks=tuple(sorted((mark for mark in marks if mark.at <= until), key=lambda mark: mark.at)),
    )


def _closed(
    openings: list[tuple[datetime, datetime]], since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    begin = since
    for opens, closes in openings:
        if opens > begin:
            yield begin, opens
        begin = closes
    if begin < until:
        yield begin, until


def _lanes(played: Played, until: datetime) -> Iterator[Lane]:
    for kind in ORDER:
        clocks = [clock for clock in played.clocks.values() if clock.kind is kind]
        if not clocks:
            continue
        runs = [run for clock in clocks for run in _runs(clock, until)]
        dues = [due for clock in clocks if (due := _due(clock)) is not None and due.at <= until]
        promises = dict.fromkeys(clock.target.words for clock in clocks)
        yield Lane(kind, ", ".join(promises), tuple(runs), tuple(dues))


def _runs(clock: Clock, until: datetime) -> Iterator[Run]:
    missed = clock.missed_due
    spans = clock.runs(until)
    end = clock.ended_at
    for place, (since, to) in enumerate(spans):
        to = min(to, until, end or until)
        if to > since:
            if missed is not None and since < missed < to:
                yield Run(since, missed, "runs")
                yield Run(missed, to, "late")
            else:
                yield Run(since, to, "late" if missed is not None and since >= missed else "runs")
        following = spans[place + 1][0] if place + 1 < len(spans) else None
        if following is not None and following > to:
            yield Run(to, min(following, until), "stands")
    stands_since = clock.ran[-1][1] if clock.ran and clock.running_since is None else None
    if clock.live and stands_since is not None and stands_since < until:
        yield Run(stands_since, until, "stands")


def _due(clock: Clock) -> Due | None:
    at = clock.missed_due or clock.due
    if at is None:
        return None
    outcome = str(clock.verdict) if clock.verdict else "missed" if clock.missed_due else "open"
    return Due(at, outcome, clock)


def _steps(played: Played) -> Iterator[Mark]:
    seen: set[str] = set()
    for event in played.events:
        if event.by.role is not Role.system and event.cause not in seen:
            seen.add(event.cause)
            what = next(
                (
                    other.fact.type
                    for other in played.events
                    if other.cause == event.cause and "clock" not in other.fact.type
                ),
                event.fact.type,
            )
            yield Mark(event.at, "steps", None, what, event.by.id)


def _messages(played: Played) -> Iterator[Mark]:
    for one in played.sent:
        to = one.message.to
        row = "client" if to.kind in _CLIENTS else "staff"
        yield Mark(one.at, row, one.message, one.message.template, f"{to.kind} {to.id}")
