"""A clock as a bar on a line of time: where it ran, where it stood still and why, when it was due, where now is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.shapes import ClockView, PauseView

WIDE = 1000
"""Units of the drawing's width."""


@dataclass(frozen=True)
class Piece:
    """A part of the bar: `kind` is `ran`, `pause` or `late`."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True)
class Bar:
    """The drawing of one clock; `due` and `now` are places on it, absent where they are not on it."""

    pieces: tuple[Piece, ...]
    due: int | None
    now: int | None


def bar(clock: ClockView, now: datetime) -> Bar:
    """From its start to its end or to whatever is later, now or due."""
    begin, until = clock.started_at, clock.ended_at or now
    last = max(until, clock.due or until)
    span = max(1.0, (last - begin).total_seconds())

    def place(at: datetime) -> int:
        return round(WIDE * min(1.0, max(0.0, (at - begin).total_seconds() / span)))

    pieces: list[Piece] = []

    def piece(kind: str, since: datetime, to: datetime) -> None:
        if to > since:
            pieces.append(Piece(kind, place(since), max(2, place(to) - place(since))))

    at = begin
    for pause in clock.pauses:
        _ran(piece, clock, at, min(pause.since, until))
        at = _end(pause, until)
        piece("pause", pause.since, at)
    _ran(piece, clock, at, until)
    return Bar(tuple(pieces), place(clock.due) if clock.due else None, place(now) if clock.ended_at is None else None)


def _ran(piece: object, clock: ClockView, since: datetime, to: datetime) -> None:
    assert callable(piece)
    due = clock.due
    if due is None or to <= due:
        piece("ran", since, to)
    elif since >= due:
        piece("late", since, to)
    else:
        piece("ran", since, due)
        piece("late", due, to)


def _end(pause: PauseView, until: datetime) -> datetime:
    return until if pause.until is None else pause.until
