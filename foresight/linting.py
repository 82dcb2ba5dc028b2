"""Promises of an agreement that cannot be kept, or that say nothing: each with a ticket that shows it.

The file is right by its schema, which refuses what contradicts itself (a ladder that goes down, a reminder after the
closing); this is about what right values come to. Every finding was seen in the simulator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.calendar import Calendar
from domain.commands import Actor, Open
from domain.errors import DomainError
from domain.target import ALWAYS, Target, Unit
from domain.terms import Terms
from domain.words import Channel, ClockKind, Role
from foresight.simulator import Life, begin

CLIENT = Actor(role=Role.client, id="the-client")


@dataclass(frozen=True)
class Finding:
    """`code` is stable; `place` is where it stands in the file; `seen` what a simulated ticket showed."""

    code: str
    place: str
    message: str
    seen: str


def lint(terms: Terms, at: datetime, spoken: frozenset[str]) -> Iterator[Finding]:
    """Everything found for tickets opened around `at`. `spoken`: the languages that we have words in for clients."""
    for severity in terms.severities:
        yield from _order_of_promises(terms, severity, at)
        yield from _closed_over(terms, severity, at)
    yield from _languages(terms, spoken)


def _order_of_promises(terms: Terms, severity: str, at: datetime) -> Iterator[Finding]:
    """An update that falls due before anybody had to answer; a response that is due after the resolution."""
    opened = _working(terms, at)
    life = _open(terms, severity, opened)
    if life is None:
        return
    dues = {kind: clock.due for kind in ClockKind if (clock := life.state.clock(kind)) is not None}
    response, update, resolution = (
        dues.get(kind) for kind in (ClockKind.response, ClockKind.update, ClockKind.resolution)
    )
    told = _promises(terms, severity)
    if response and update and update < response:
        yield Finding(
            "update_before_response",
            f"severities.{severity}.update",
            f"an update every {told['update']} falls due before the first response ({told['response']}): the client "
            "hears how it goes before anybody has answered",
            f"opened {_wall(opened, terms)}: update due {_wall(update, terms)}, response due {_wall(response, terms)}",
        )
    if response and resolution and resolution < response:
        yield Finding(
            "resolution_before_response",
            f"severities.{severity}.resolution",
            f"the resolution ({told['resolution']}) falls due before the first response ({told['response']})",
            f"opened {_wall(opened, terms)}: resolution due {_wall(resolution, terms)}, response due "
            f"{_wall(response, terms)}",
        )


def _closed_over(terms: Terms, severity: str, at: datetime) -> Iterator[Finding]:
    """A promise around the clock that can begin and end while nobody is there."""
    office = _office(terms)
    if office is None:
        return
    closes, opens = _longest_closed(office, at)
    life = _open(terms, severity, closes)
    if life is None:
        return
    for kind in (ClockKind.response, ClockKind.resolution):
        clock = life.state.clock(kind)
        if clock is None or clock.due is None or clock.target.unit is not Unit.elapsed or clock.target.delivered:
            continue
        if clock.due < opens:
            yield Finding(
                "due_while_closed",
                f"severities.{severity}.{kind}",
                f"{clock.target.words} around the clock is shorter than the time that {office.name} is closed: "
                "it needs somebody on call, or `on:` a calendar",
                f"opened {_wall(closes, terms)}: due {_wall(clock.due, terms)}; {office.name} opens "
                f"{_wall(opens, terms)}",
            )


def _languages(terms: Terms, spoken: frozenset[str]) -> Iterator[Finding]:
    for language in terms.languages:
        if language not in spoken:
            yield Finding(
                "language_nobody_covers",
                "languages",
                f'"{language}" is promised, and there are no words in it: its clients read English',
                f"there are words in {', '.join(sorted(spoken))}",
            )


def _open(terms: Terms, severity: str, at: datetime) -> Life | None:
    """A ticket of that severity that the agreement serves; None when it would not without facts we do not have."""
    opening = Open(
        ticket="LINT",
        subject="Tried",
        description="Tried.",
        channel=Channel.portal,
        organisation="the-client",
        contract="the-contract",
        contact="the-client",
        language=terms.languages[0],
        severity=severity,
        terms=terms,
        covers=tuple(sorted({one.needs_cover for one in terms.requests.values() if one.needs_cover})),
    )
    try:
        return begin(opening, CLIENT, at)
    except DomainError:
        return None


def _promises(terms: Terms, severity: str) -> Mapping[str, str]:
    rules = terms.severities[severity]
    targets: dict[str, Target | None] = {name: getattr(rules, name) for name in ("response", "update", "resolution")}
    return {name: target.words for name, target in targets.items() if target is not None}


def _office(terms: Terms) -> Calendar | None:
    return next((one for name, one in terms.calendars.items() if name != ALWAYS), None)


def _working(terms: Terms, at: datetime) -> datetime:
    """The beginning of a working day."""
    office = _office(terms)
    return office.next_open(at) if office else at


def _longest_closed(office: Calendar, at: datetime) -> tuple[datetime, datetime]:
    """The longest time within four weeks in which nobody is there."""
    openings = list(office.openings(at, at + timedelta(weeks=4)))
    pairs = [(one[1], other[0]) for one, other in pairwise(openings)]
    return max(pairs, key=lambda pair: pair[1] - pair[0], default=(at, at))


def _wall(at: datetime, terms: Terms) -> str:
    return f"{at.astimezone(ZoneInfo(terms.zone)):%a %Y-%m-%d %H:%M}"
