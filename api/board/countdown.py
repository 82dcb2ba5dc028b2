"""How near a promise is to being missed, so that a page can show it and a browser can go on counting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.clock import Clock
from domain.terms import Terms
from domain.words import ClockKind
from store.clock_bodies import KNOWN

Near = Literal["calm", "half", "near", "late", "still", "open"]
"""`half` and `near`: that share of the target is used up; `still`: it stands still; `open`: it has no deadline."""

SHARES = {"half": 50, "near": 80}
"""In percent of the target's running time."""


@dataclass(frozen=True)
class Countdown:
    """One clock in a list. `half` and `near` are the instants at which those shares are used up."""

    kind: ClockKind
    near_by: Near
    due: datetime | None = None
    half: datetime | None = None
    near: datetime | None = None
    why: tuple[str, ...] = ()
    left: int = 0
    """Real seconds until it is due; below zero since it was."""


def countdown(clock: Clock, terms: Terms | None, now: datetime) -> Countdown:
    """How a live clock stands at `now`. Without its terms the shares are those of real time."""
    due = clock.missed_due or clock.due
    if due is None:
        return Countdown(clock.kind, "still" if clock.paused_by else "open", why=clock.paused_by)
    half, near = _shares(clock, terms, due)
    left = int((due - now).total_seconds())
    passed: list[tuple[datetime | None, Near]] = [(due, "late"), (near, "near"), (half, "half")]
    near_by: Near = next((name for at, name in passed if at is not None and at <= now), "calm")
    return Countdown(clock.kind, near_by, due, half, near, left=left)


_KNOWN: dict[int, tuple[Clock, Terms | None, tuple[datetime | None, ...]]] = {}


def _shares(clock: Clock, terms: Terms | None, due: datetime) -> tuple[datetime | None, ...]:
    """When its shares are used up: of a clock that the store has kept as it was read, found out once."""
    found = _KNOWN.get(id(clock))
    # By identity, and both are kept here: no other one can come to have that number meanwhile.
    if found is not None and found[0] is clock and found[1] is terms:
        return found[2]
    if len(_KNOWN) >= KNOWN:
        _KNOWN.clear()
    shares = tuple(_reached(clock, terms, due, share) for share in SHARES.values())
    _KNOWN[id(clock)] = (clock, terms, shares)
    return shares


def _reached(clock: Clock, terms: Terms | None, due: datetime, share: int) -> datetime | None:
    if terms is not None and clock.target.runs_on in terms.calendars:
        budget = clock.budget(terms.calendars)
        found = None if budget is None else clock.reaches(budget * share / 100, terms.calendars)
        # What is delivered in opening hours only is due later than its budget says, but never earlier.
        return None if found is None else min(found, due)
    return clock.began + timedelta(seconds=(due - clock.began).total_seconds() * share / 100)


def written(seconds: int, units: tuple[str, str, str, str]) -> str:
    """A countdown in at most six signs: "3 d 4 h", "2 h 05", "12:34", "−0:09". `units`: day, hour, minute, second."""
    day, hour, _, _ = units
    sign, left = ("−", -seconds) if seconds < 0 else ("", seconds)
    days, left = divmod(left, 86_400)
    hours, left = divmod(left, 3_600)
    minutes, left = divmod(left, 60)
    if days:
        return f"{sign}{days} {day} {hours} {hour}"
    if hours:
        return f"{sign}{hours} {hour} {minutes:02}"
    return f"{sign}{minutes}:{left:02}"
