"""Two tellings of one life, event by event and field by field; instants may differ by what a real server needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.events import Event

NEAR = timedelta(seconds=3)
"""The real workflow acts some tenths of a second after a due instant, and the replay keeps a command and a timer of one
instant two seconds apart (decision 8)."""


EXACT = timedelta()


def differences(simulated: Sequence[Event], real: Sequence[Event], near: timedelta = NEAR) -> Iterator[str]:
    """What differs, a line each; instants that are not further apart than `near` do not."""
    for one, other in zip(simulated, real, strict=False):
        yield from _differ(f"event {one.sequence} ({one.fact.type})", _plain(one), _plain(other), near)
    for rest, whose in ((simulated[len(real) :], "simulator"), (real[len(simulated) :], "real workflow")):
        yield from (f"only the {whose} has event {event.sequence}: {event.fact.type} at {event.at}" for event in rest)


def _plain(event: Event) -> dict[str, Any]:
    told = event.model_dump(mode="python")
    if "opening" in told["fact"]:
        told["fact"]["opening"].pop("terms", None)  # both were opened with the same terms
    return told


def _differ(place: str, one: Any, other: Any, near: timedelta) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            yield from _differ(f"{place}.{name}", one.get(name), other.get(name), near)
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for number, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from _differ(f"{place}[{number}]", first, second, near)
    elif not _alike(place, one, other, near):
        yield f"{place}: {one!r} in the simulator, {other!r} in the real workflow"


def _alike(place: str, one: Any, other: Any, near: timedelta) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) <= near
    if place.endswith(".late"):
        return abs((one or 0) - (other or 0)) <= near.total_seconds()
    if place.endswith(".cause") and str(one).startswith("due:") and str(other).startswith("due:"):
        first, second = (datetime.fromisoformat(str(text).removeprefix("due:")) for text in (one, other))
        return abs(first - second) <= near
    return bool(one == other)
