"""The hour account of a simulated organisation: its packages, and what one ticket has taken from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.commands.money import Booked
from domain.hours import Package, left, passed, settle


class Account:
    """Packages shared by whoever takes from them; the arithmetic is `domain.hours`."""

    def __init__(self, packages: Iterable[Package] = ()) -> None:
        self.packages = list(packages)
        self.taken: dict[str, int] = {}

    def copy(self) -> tuple[list[Package], dict[str, int]]:
        """How it stands, for `restore`."""
        return list(self.packages), dict(self.taken)

    def restore(self, stood: tuple[list[Package], dict[str, int]]) -> None:
        """Brings it back to how it stood."""
        self.packages, self.taken = list(stood[0]), dict(stood[1])

    def settle(self, wanted: int, now: datetime, warn_at: int = 100) -> Booked:
        """Brings what the ticket has taken to `wanted` minutes. DomainError when the packages do not hold it."""
        before = {one.id: one.used for one in self.packages}
        known = [one for one in self.packages if one.expires_at > now or one.id in self.taken]
        after = settle(known, self.taken, wanted, now)
        moved = {one.id: after.get(one.id, 0) - self.taken.get(one.id, 0) for one in self.packages}
        self.packages = [one.model_copy(update={"used": one.used + moved[one.id]}) for one in self.packages]
        self.taken = after
        warned = {one.id: one.left for one in self.packages if passed(one, before[one.id], warn_at)}
        return Booked(taken=after, left=left(self.packages, now), warned=warned)
