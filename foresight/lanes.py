"""A played scenario as lanes over a calendar: what a picture shows, in instants; how it is drawn is the picture's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import shorten

from domain.calendar import Calendar
from domain.clock import Clock
from domain.events import Event
from domain.messages import Message
from domain.target import ALWAYS
from domain.words import ClockKind, Role
from foresight.playing import Played

ORDER = (
    ClockKind.response, ClockKind.update, ClockKind.call, ClockKind.resolution, ClockKind.internal, ClockKind.consent,
)  # fmt: skip
_CLIENTS = ("contact",)
_LONGEST = 160
"""Signs of what somebody did, told on hover."""
_MARGIN = 0.02
_SHORTEST = timedelta(hours=2)
_QUIET = 0.12
"""A picture ends this share of its length after the last thing that happened: not after days of nothing."""


Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Run:
    """A time in which a clock ran, or stood still."""

    since: datetime
    until: datetime
    kind: str
    """`runs`; `idle`, while its calendar is closed and nothing is counted; `late`, past its due instant; `stands`."""


@dataclass(frozen=True)
class Due:
    """A due instant: `met`, `missed`, `cancelled`, or `open` at the end."""

    at: datetime
    outcome: str
    clock: Clock


@dataclass(frozen=True)
class Lane:
    """One clock kind: its promises in words, its runs, its due instants, and when its `calendar` is closed."""

    kind: ClockKind
    promises: tuple[str, ...]
    calendar: str
    closed: tuple[Span, ...]
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
    """Everything of a picture. `closed` are the hours in which nobody is there: those of `calendar`."""

    since: datetime
    until: datetime
    zone: str
    calendar: str
    closed: tuple[Span, ...]
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]


def sheet(played: Played, say: Callable[[Event], str] | None = None) -> Sheet:
    """The picture of a life, from its opening to a little after the last thing that anybody did or was told.

    `say` puts what somebody did into a sentence.
    """
    terms = played.state.terms
    steps = list(_steps(played, say or _named))
    last = max([*(mark.at for mark in steps), *(one.at for one in played.sent)], default=played.ended_at)
    since = played.events[0].at
    until = min(played.ended_at, last + max(_SHORTEST, (last - since) * _QUIET))
    room = (until - since) * _MARGIN
    since, until = since - room, until + room
    office = next((name for name in terms.calendars if name != ALWAYS), ALWAYS)
    marks = [*steps, *_messages(played)]
    return Sheet(
        since=since,
        until=until,
        zone=terms.zone,
        calendar=office,
        closed=closed_hours(terms.calendars[office], since, until),
        lanes=tuple(_lanes(played, since, until)),
        marks=tuple(sorted((mark for mark in marks if mark.at <= until), key=lambda mark: mark.at)),
    )


def closed_hours(calendar: Calendar, since: datetime, until: datetime) -> tuple[Span, ...]:
    """The spans of a time in which a calendar is closed."""
    found, begin = [], since
    for opens, closes in calendar.openings(since, until):
        if opens > begin:
            found.append((begin, opens))
        begin = closes
    if begin < until:
        found.append((begin, until))
    return tuple(found)


def _lanes(played: Played, begin: datetime, until: datetime) -> Iterator[Lane]:
    calendars = played.state.terms.calendars
    for kind in ORDER:
        clocks = [clock for clock in played.clocks.values() if clock.kind is kind]
        if not clocks:
            continue
        runs = [
            part
            for clock in clocks
            for run in _runs(clock, until)
            for part in _counted(run, calendars[clock.target.runs_on])
        ]
        dues = [due for clock in clocks if (due := _due(clock)) is not None and due.at <= until]
        promises = tuple(dict.fromkeys(clock.target.words for clock in clocks))
        calendar = calendars[clocks[0].target.runs_on]
        closed = closed_hours(calendar, begin, until)
        yield Lane(kind, promises, calendar.name, closed, tuple(runs), tuple(dues))


def _counted(run: Run, calendar: Calendar) -> Iterator[Run]:
    """A run in what counts and what does not, by the hours of its calendar."""
    if run.kind != "runs":
        yield run
        return
    at = run.since
    for since, until in closed_hours(calendar, run.since, run.until):
        if since > at:
            yield Run(at, since, "runs")
        yield Run(since, until, "idle")
        at = until
    if at < run.until:
        yield Run(at, run.until, "runs")


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
    stands_until = min(end or until, until)
    if stands_since is not None and stands_since < stands_until:
        yield Run(stands_since, stands_until, "stands")


def _due(clock: Clock) -> Due | None:
    at = clock.missed_due or clock.due
    if at is None:
        return None
    outcome = str(clock.verdict) if clock.verdict else "missed" if clock.missed_due else "open"
    return Due(at, outcome, clock)


def _steps(played: Played, say: Callable[[Event], str]) -> Iterator[Mark]:
    did: dict[str, list[Event]] = {}
    for event in played.events:
        if event.by.role is not Role.system:
            did.setdefault(event.cause, []).append(event)
    for events in did.values():
        told = next((event for event in events if "clock" not in event.fact.type), events[0])
        yield Mark(events[0].at, "steps", None, shorten(say(told), _LONGEST, placeholder=" …"), told.by.id)


def _named(event: Event) -> str:
    return event.fact.type.replace("_", " ")


def _messages(played: Played) -> Iterator[Mark]:
    for one in played.sent:
        to = one.message.to
        row = "client" if to.kind in _CLIENTS else "staff"
        yield Mark(one.at, row, one.message, one.message.template, f"{to.kind} {to.id}")
