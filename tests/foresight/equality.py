"""Recorded tickets told twice: by the real workflow on the time-skipping server, and by the simulator."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cli.replay import drive
from domain.hours import Package
from foresight.account import Account
from foresight.carrying import Outcome
from foresight.recorded import Reading, RecordedTicket
from foresight.retelling import retell
from store import directory, hours
from store.database import Database
from store.tickets import history
from tests.foresight.comparing import EXACT, differences
from tests.foresight.following import follow

AFTERWARDS = timedelta(days=4)


@dataclass
class Compared:
    """What came of both tellings."""

    tickets: int = 0
    events: int = 0
    refused: int = 0
    real_seconds: float = 0
    simulated_seconds: float = 0
    """What each telling took, without the comparison."""
    delayed: dict[str, list[str]] = field(default_factory=dict)
    """What came otherwise only because the engine acted late: at its instants the simulator tells exactly the same."""
    different: dict[str, list[str]] = field(default_factory=dict)


def compare(
    tickets: Sequence[RecordedTicket],
    folder: Path,
    bought: Callable[[RecordedTicket], list[Package]] | None = None,
) -> Compared:
    """Tells every ticket twice, up to some days after the last step. `bought`: a ticket's client's hour packages."""
    database = Database(f"sqlite:///{folder / 'equality.db'}")
    database.upgrade()
    for ticket in tickets if bought else ():
        sell(database, ticket, bought(ticket))  # type: ignore[misc]  # it is there
    end = max(step.at for ticket in tickets for step in ticket.steps) + AFTERWARDS
    began = time.perf_counter()
    driving, _, ended_at, _ = asyncio.run(drive(Reading(tickets=list(tickets)), database, lambda progress: None, end))
    compared = Compared(real_seconds=time.perf_counter() - began)
    judge(compared, tickets, database, driving.outcomes, ended_at, bought)
    database.close()
    return compared


def judge(
    compared: Compared,
    tickets: Sequence[RecordedTicket],
    database: Database,
    told: Sequence[Outcome],
    ended_at: datetime,
    bought: Callable[[RecordedTicket], list[Package]] | None = None,
) -> None:
    """Compares what the real workflow has recorded, and answered, with what the simulator makes of each ticket."""
    real_outcomes = {(one.ticket, one.step.number): one for one in told}
    for ticket in tickets:
        account = Account(bought(ticket)) if bought else None
        began = time.perf_counter()
        life, outcomes = retell(ticket, until=ended_at, account=account)
        compared.simulated_seconds += time.perf_counter() - began
        real_events = history(database, ticket.id)
        delayed = list(differences(life.events, real_events))
        account = Account(bought(ticket)) if bought else None
        found = list(differences(follow(ticket, real_events, ended_at, account), real_events, EXACT))
        for one in outcomes:
            real = real_outcomes[one.ticket, one.step.number]
            if not delayed and (one.code, one.instead) != (real.code, real.instead):
                both = f"{one.code or one.instead or 'taken'} in the simulator, {real.code or real.instead or 'taken'}"
                found.append(f"step {one.step.number} ({one.step.step.type}): {both} in the real workflow")
        compared.tickets += 1
        compared.events += len(life.events)
        compared.refused += sum(bool(one.code) for one in outcomes)
        if delayed and not found:
            compared.delayed[ticket.id] = delayed
        if found:
            compared.different[ticket.id] = found


def sell(database: Database, ticket: RecordedTicket, packages: list[Package]) -> None:
    """Gives a ticket's client its hour packages."""
    opening = ticket.opening
    since = min(package.bought_at for package in packages)
    directory.save(
        database,
        directory.Organisation(id=opening.organisation, name=opening.organisation, language="en"),
        directory.Contract(
            id=opening.contract,
            organisation=opening.organisation,
            agreement=opening.terms.agreement,
            valid_from=since,
        ),
    )
    for package in packages:
        sold = hours.SoldPackage(
            **dict(package),
            organisation=opening.organisation,
            contract=opening.contract,
            agreement=opening.terms.agreement,
            sold_by="bob",
            sold_at=package.bought_at,
            digest=package.id,
        )
        hours.sell(database, sold)
