"""The hour account: what the packages of an organisation still hold, and what one ticket takes from them. Pure.

Everything is in whole minutes. An account is changed in one way only: what one ticket has taken is brought to the
number of minutes that it needs in all. The same request again therefore changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.base import Instant, Model
from domain.commands.money import Booked
from domain.errors import DomainError
from domain.telling import duration


class Package(Model):
    """Hours that were sold; `used` by all tickets together. In force from `bought_at` until before `expires_at`."""

    id: str
    minutes: int
    used: int = 0
    bought_at: Instant
    expires_at: Instant

    @property
    def left(self) -> int:
        """What it still holds, in force or not."""
        return self.minutes - self.used

    def in_force(self, at: datetime) -> bool:
        """Whether hours can be taken from it at that instant."""
        return self.bought_at <= at < self.expires_at


class Settling(Model):
    """Brings what `ticket` has taken to `wanted`. The account is all packages of the organisation under the agreement.

    `cause` names the step that asks; asked twice under one cause, the account answers twice alike.
    """

    ticket: str
    organisation: str
    agreement: str
    wanted: int
    at: Instant
    cause: str
    warn_at: int = 100


class Settled(Model):
    """The account's answer: what is booked now, or the code and the sentence of its refusal."""

    booked: Booked | None = None
    code: str = ""
    message: str = ""


def rounded(minutes: int, step: int) -> int:
    """Every step that was started counts whole: 16 minutes are 30 where the step is 15 (1L-18)."""
    return -(-minutes // step) * step


def left(packages: Sequence[Package], at: datetime) -> int:
    """What the packages in force still hold."""
    return sum(package.left for package in packages if package.in_force(at))


def settle(packages: Sequence[Package], taken: Mapping[str, int], wanted: int, now: datetime) -> dict[str, int]:
    """What the ticket has taken from each package when it has taken `wanted` in all.

    More is taken from the packages in force, the earliest to expire first (1L-17); less is given back to the latest
    to expire first. What was taken from a package stays there when it expires. DomainError `hours_used_up` when the
    packages in force do not hold enough; then nothing is taken at all.
    """
    after = {name: minutes for name, minutes in taken.items() if minutes}
    more = wanted - sum(after.values())
    if more < 0:
        return _given_back(packages, after, -more)
    missing = more
    for package in sorted(packages, key=_expiry):
        if missing and package.in_force(now) and package.left > 0:
            minutes = min(missing, package.left)
            after[package.id] = after.get(package.id, 0) + minutes
            missing -= minutes
    if missing:
        held = left(packages, now)
        holds = f"hold {duration(held * 60)}" if held else "are used up or have expired"
        raise DomainError(
            "hours_used_up",
            f"The hour packages in force {holds}, and {duration(more * 60)} more is needed. "
            "Sell the client a new package, or first make a quote of what the work still takes.",
        )
    return after


def passed(package: Package, before: int, share: int) -> bool:
    """Whether its use has just reached `share` percent, when `before` minutes of it had been used."""
    return before * 100 < share * package.minutes <= package.used * 100


def _given_back(packages: Sequence[Package], after: dict[str, int], surplus: int) -> dict[str, int]:
    for package in sorted(packages, key=_expiry, reverse=True):
        minutes = min(surplus, after.get(package.id, 0))
        if minutes:
            after[package.id] -= minutes
            surplus -= minutes
    return {name: minutes for name, minutes in after.items() if minutes}


def _expiry(package: Package) -> tuple[datetime, datetime, str]:
    return package.expires_at, package.bought_at, package.id
