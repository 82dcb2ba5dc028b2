"""The hour account as a ticket's workflow asks it, with packages that expire and other tickets that take from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from domain.commands import Command
from domain.commands.money import Booked
from domain.decide import handle
from domain.errors import DomainError
from domain.events import Event
from domain.hours import Package, left, passed, settle
from domain.rules import hours
from domain.terms import Terms
from domain.ticket import Ticket

LASTS = (timedelta(days=3), timedelta(weeks=3), timedelta(weeks=30))


class Account:
    """An organisation's packages. `taken` is the ticket's share of each; other tickets have theirs."""

    def __init__(self, now: datetime) -> None:
        self.packages: list[Package] = []
        self.taken: dict[str, int] = {}
        self.theirs: dict[str, int] = {}
        self.sell(300, LASTS[1], now)
        self.sell(600, LASTS[2], now)

    def sell(self, minutes: int, lasts: timedelta, now: datetime) -> None:
        """One more package."""
        name = f"P{len(self.packages) + 1}"
        self.packages.append(Package(id=name, minutes=minutes, bought_at=now, expires_at=now + lasts))

    def settle(self, wanted: int, now: datetime, warn_at: int = 100) -> Booked:
        """Brings what the ticket has taken to `wanted`. DomainError when the packages do not hold it."""
        before = {one.id: one for one in self.packages}
        self.taken = self._settled(self.taken, wanted, now)
        warned = {one.id: one.left for one in self.packages if passed(one, before[one.id].used, warn_at)}
        return Booked(taken=self.taken, left=left(self.packages, now), warned=warned)

    def settle_others(self, wanted: int, now: datetime) -> None:
        """Other tickets have taken `wanted` in all: more than before, or less."""
        self.theirs = self._settled(self.theirs, wanted, now)

    def _settled(self, taken: dict[str, int], wanted: int, now: datetime) -> dict[str, int]:
        """What one side has taken when it has `wanted`: from packages in force only, and given back to its own."""
        known = [one for one in self.packages if one.expires_at > now or one.id in taken]
        after = settle(known, taken, wanted, now)
        changes = {one.id: after.get(one.id, 0) - taken.get(one.id, 0) for one in self.packages}
        assert all(changes[one.id] <= 0 or one.in_force(now) for one in self.packages)
        self.packages = [one.model_copy(update={"used": one.used + changes[one.id]}) for one in self.packages]
        return after


class Kept(Protocol):
    """The ticket as its workflow holds it: others may change it while the account is asked."""

    state: Ticket
    terms: Terms
    account: Account
    now: datetime


def carry_out(life: Kept, command: Command, meanwhile: Callable[[], None] | None = None) -> list[Event]:
    """What the workflow does with a command: the account is asked first; what the rules then refuse is given back.

    `meanwhile` is what happens to the ticket before the account has answered.
    """
    state, step, account = life.state, command.step, life.account
    handle(state, command, life.now)  # the validator's look, before anything is written down
    if not hours.asks_the_account(state, step):
        return handle(state, command, life.now)
    needed = hours.wanted(state, step)
    if needed is None:
        return handle(state, command, life.now)
    booked = account.settle(needed, life.now, state.terms.hours.warn_at if state.terms.hours else 100)
    if meanwhile is not None:
        meanwhile()
    try:
        informed = step.model_copy(update={"booked": booked})
        return handle(life.state, command.model_copy(update={"step": informed}), life.now)
    except DomainError:
        account.settle(sum(life.state.taken.values()), life.now)
        raise
