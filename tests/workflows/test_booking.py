"""A step that needs the hour account: asked first, given back when refused after all, waited for when it is away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.names import SETTLE_HOURS
from domain import commands as cmd
from domain.commands.money import Booked
from domain.hours import Settled, Settling
from domain.target import parse
from domain.terms import HoursTerms, RequestTerms
from domain.words import Cover, Work
from tests import factories
from tests.factories import ANNA, BOB
from tests.workflows.engine import Driver, Engine, Ledger, engine

TERMS = factories.terms(
    hours=HoursTerms(sizes=(10,), validity=parse("365 days")),
    requests={"help": RequestTerms(title={"en": "Help"}, cover=Cover.deducted)},
    default_request="help",
)


@dataclass
class Account:
    """An account that gives whatever is wanted, once it is `open`; `away` answers fail first."""

    asked: list[Settling] = field(default_factory=list)
    away: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)

    @activity.defn(name=SETTLE_HOURS)
    async def settle_hours(self, wanted: Settling) -> Settled:
        self.asked.append(wanted)
        if self.away > 0:
            self.away -= 1
            raise ConnectionError("the database is away")
        self.waiting.set()
        await self.open.wait()
        return Settled(booked=Booked(taken={"P": wanted.wanted} if wanted.wanted else {}, left=600 - wanted.wanted))


async def a_ticket(running: Engine) -> Driver:
    return await running.open(factories.opening(terms=TERMS), ANNA)


async def entry(running: Engine) -> cmd.LogTime:
    began = await running.now() - timedelta(minutes=50)
    return cmd.LogTime(work=Work.work, minutes=50, began_at=began, text="Shown how.")


async def test_time_is_booked_before_it_is_logged_and_one_id_books_once() -> None:
    account, ledger = Account(), Ledger()
    account.open.set()
    async with engine([ledger.record, account.settle_hours]) as running:
        ticket = await a_ticket(running)
        step = await entry(running)
        first = await ticket.do(BOB, step, key="one")
        assert await ticket.do(BOB, step, key="one") == first
        state = await ticket.state()
        assert (state.taken, state.hours_left, len(state.entries)) == ({"P": 60}, 540, 1)
        assert [(one.wanted, one.cause, one.organisation) for one in account.asked] == [(60, "one", "acme")]


async def test_what_the_rules_refuse_after_all_is_given_back() -> None:
    # Away at first, so that the answer is awaited while other steps can come in.
    account, ledger = Account(away=3), Ledger()
    async with engine([ledger.record, account.settle_hours]) as running:
        ticket = await a_ticket(running)
        logging = asyncio.create_task(ticket.do(BOB, await entry(running)))
        await account.waiting.wait()
        await ticket.do(ANNA, cmd.Withdraw(reason="No longer needed."))
        account.open.set()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await logging
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == "ticket_closed"
        state = await ticket.state()
        assert (state.taken, state.entries) == ({}, ())
        assert [one.wanted for one in account.asked] == [60, 60, 60, 60, 0]


async def test_entries_of_one_moment_are_booked_one_after_the_other() -> None:
    account, ledger = Account(), Ledger()
    account.open.set()
    async with engine([ledger.record, account.settle_hours]) as running:
        ticket = await a_ticket(running)
        step = await entry(running)
        await asyncio.gather(*(ticket.do(BOB, step) for _ in range(4)))
        assert sorted(one.wanted for one in account.asked) == [60, 120, 180, 240]
        assert (await ticket.state()).taken == {"P": 240}


async def test_a_database_that_is_away_is_waited_for() -> None:
    account, ledger = Account(away=5), Ledger()
    account.open.set()
    async with engine([ledger.record, account.settle_hours]) as running:
        ticket = await a_ticket(running)
        await ticket.do(BOB, await entry(running))
        assert (await ticket.state()).taken == {"P": 60}
        assert len(account.asked) == 6
