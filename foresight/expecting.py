"""What a scenario expects, held against what came of it: a readable difference for each line that does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.clock import Clock
from domain.target import parse
from domain.telling import duration
from domain.words import Verdict
from foresight.instants import instant
from foresight.playing import Played, Sent
from foresight.scenario import Expected


def differences(played: Played) -> Iterator[tuple[int, str]]:
    """For each line of `expect` that does not hold its number (from 0) and what was found instead.

    ValueError where a line cannot be understood.
    """
    for number, line in enumerate(played.scenario.expect):
        for found in _line(played, line):
            yield number, found


def _line(played: Played, line: Expected) -> Iterator[str]:
    if line.clock is not None:
        yield from _clock(played, line)
    if line.message is not None:
        yield from _message(played, line)
    state = played.state
    plain: dict[str, Any] = {
        "status": str(state.status),
        "level": f"{state.level}/{state.group}" if "/" in (line.level or "") else str(state.level),
        "refused": len(played.life.refused),
        "minutes": sum(entry.charged for entry in state.entries),
    }
    for name, found in plain.items():
        wanted = getattr(line, name)
        if wanted is not None and str(wanted) != str(found):
            yield f"{name} is {found}, not {wanted}"


def _clock(played: Played, line: Expected) -> Iterator[str]:
    zone = played.state.terms.zone
    found = [clock for clock in played.clocks.values() if clock.kind is line.clock]
    for name, verdict in (("met", Verdict.met), ("missed", Verdict.missed)):
        wanted = getattr(line, name)
        count = sum(_verdict(clock) == verdict for clock in found)
        if wanted is not None and wanted != count:
            yield f"{count} of the {len(found)} {line.clock} clocks were {name}, not {wanted}"
    if line.verdict is None and line.due is None and line.late is None:
        return
    if len(found) < line.number:
        yield f"there were {len(found)} {line.clock} clocks, so there is no number {line.number}"
        return
    clock = found[line.number - 1]
    if line.verdict is not None and line.verdict != _verdict(clock):
        yield f"the {line.clock} clock is {_verdict(clock)}, not {line.verdict}; {_told(clock, zone)}"
    due = clock.due or clock.missed_due
    if line.due is not None and (due is None or _minute(due) != _minute(instant(line.due, zone))):
        yield f"the {line.clock} clock {_told(clock, zone)}, not {line.due}"
    if line.late is not None and clock.late != _seconds(line.late):
        late = f"{duration(clock.late)} late" if clock.late else "in time"
        yield f"the {line.clock} clock was kept {late}, not {line.late} late"


def _verdict(clock: Clock) -> str:
    if clock.verdict is not None:
        return str(clock.verdict)
    return "missed" if clock.missed_due is not None else "running"


def _told(clock: Clock, zone: str) -> str:
    due = clock.due or clock.missed_due
    return f"is due {_wall(due, zone)}" if due else "has no due instant"


def _message(played: Played, line: Expected) -> Iterator[str]:
    zone = played.state.terms.zone
    of_kind = [one for one in played.sent if one.message.template == line.message]
    fitting = [one for one in of_kind if _fits(one, line, zone)]
    if line.times is not None and len(fitting) != line.times:
        yield f"{line.message} was sent {len(fitting)} times, not {line.times}{_sent(of_kind, zone)}"
    elif line.times is None and not fitting:
        if not of_kind:
            kinds = ", ".join(dict.fromkeys(one.message.template for one in played.sent)) or "nothing"
            yield f"{line.message} was not sent; sent were {kinds}"
        else:
            yield f"no {line.message} fits{_sent(of_kind, zone)}"


def _fits(one: Sent, line: Expected, zone: str) -> bool:
    to = one.message.to
    return (
        line.to in (None, to.id, to.kind, f"{to.kind}/{to.id}")
        and line.language in (None, one.message.language)
        and (line.at is None or _minute(one.at) == _minute(instant(line.at, zone)))
    )


def _sent(found: list[Sent], zone: str) -> str:
    told = [
        f"{_wall(one.at, zone)} to {one.message.to.kind} {one.message.to.id} ({one.message.language})"
        for one in found[:5]
    ]
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return f"; it was sent {', '.join(told)}{more}" if told else ""


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _seconds(words: str) -> int:
    if words == "none":
        return 0
    total = 0
    for part in re.findall(r"\d+ [a-z]+", words):
        amount = parse(part).amount
        assert amount is not None  # a number of a unit has one
        total += amount
    return total
