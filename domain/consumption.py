"""How hours were used over time: what each package held at an instant, and the statement of a period. Pure, exact.

All in whole minutes. A package holds something from when it was bought until it expires; what it still held then is
lost, and so is what is given back to it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.base import Instant, Model
from domain.hours import Package


class Movement(Model):
    """What a ticket took from a package (`minutes` above zero) or gave back (below)."""

    at: Instant
    package: str
    ticket: str
    minutes: int


class Line(Model):
    """One package in a period: opening + bought - taken - expired = closing."""

    package: str
    opening: int
    bought: int
    taken: int
    expired: int
    closing: int


class Statement(Model):
    """A period, from `begins` until before `ends`; the lines of every package that held something in it."""

    begins: Instant
    ends: Instant
    lines: tuple[Line, ...]
    movements: tuple[Movement, ...]

    def total(self, name: str) -> int:
        """The sum of a column over all packages."""
        return sum(int(getattr(line, name)) for line in self.lines)


def held(package: Package, movements: Iterable[Movement], at: datetime) -> int:
    """What the package held at the instant `at`, before what happened at that very instant."""
    if not package.bought_at < at <= package.expires_at:
        return 0
    return package.minutes - sum(one.minutes for one in movements if one.package == package.id and one.at < at)


def statement(
    packages: Sequence[Package], movements: Sequence[Movement], begins: datetime, ends: datetime
) -> Statement:
    """The period's statement; every number follows from the packages and the movements, and the lines add up."""
    within = tuple(one for one in movements if begins <= one.at < ends)
    lines = []
    for package in packages:
        opening, closing = held(package, movements, begins), held(package, movements, ends)
        bought = package.minutes if begins <= package.bought_at < ends else 0
        taken = sum(one.minutes for one in within if one.package == package.id)
        if opening or closing or bought or taken:
            lines.append(
                Line(
                    package=package.id,
                    opening=opening,
                    bought=bought,
                    taken=taken,
                    expired=opening + bought - taken - closing,
                    closing=closing,
                )
            )
    return Statement(begins=begins, ends=ends, lines=tuple(lines), movements=within)


def course(package: Package, movements: Iterable[Movement], until: datetime) -> list[tuple[datetime, int]]:
    """What the package held from each instant on, as steps, up to `until` or its expiry; empty before it was bought."""
    if package.bought_at > until:
        return []
    steps = [(package.bought_at, package.minutes)]
    for one in sorted(movements, key=lambda movement: movement.at):
        if one.package == package.id and one.at < min(until, package.expires_at):
            steps.append((max(one.at, package.bought_at), steps[-1][1] - one.minutes))
    last = steps[-1][1]
    if package.expires_at <= until:
        return [*steps, (package.expires_at, last), (package.expires_at, 0)]
    return [*steps, (until, last)]
