"""Hours that are counted: few packages that many tickets draw on at once, and whether their sum is right at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

import httpx
from sqlalchemy import func, select

from bench.chaos.findings import Findings
from bench.chaos.rules import Told
from bench.chaos.world import World
from domain.words import Role
from store.database import Database
from store.tables import hour_bookings, hour_packages

ACCOUNT = "hours are taken once"
CONTRACT, ORGANISATION = "loire-2", "loire"
PACKAGES = 3


async def sell(api: str, world: World) -> None:
    """Sells a few of the smallest packages."""
    manager = next(one for one in world.staff if one.role is Role.manager)
    agreement = next(one.agreement for one in world.clients if one.organisation == ORGANISATION)
    assert agreement.hours is not None  # this organisation's has
    size = min(agreement.hours.packages.hours)
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        for number in range(PACKAGES):
            headers = {"Authorization": f"Bearer {manager.secret}", "Idempotency-Key": f"package-{number}"}
            address = f"{api}/v1/organisations/{ORGANISATION}/hour-packages"
            for _ in range(20):
                answer = await http.post(address, json={"contract": CONTRACT, "hours": size}, headers=headers)
                if answer.status_code == 201:
                    break
                await asyncio.sleep(0.5)
            answer.raise_for_status()


def check(database: Database, told: Mapping[str, Told], findings: Findings) -> None:
    """What the packages gave is what the tickets took, and no package gave more than it had."""
    taken: dict[tuple[str, str], int] = {}
    for ticket, one in told.items():
        for package, minutes in (one.state.taken if one.state else {}).items():
            if minutes:
                taken[ticket, package] = minutes
    sums = func.sum(hour_bookings.c.minutes)
    columns = (hour_bookings.c.ticket, hour_bookings.c.package)
    with database.read() as connection:
        rows = connection.execute(select(*columns, sums).group_by(*columns)).all()
        sold = {row.id: row.minutes for row in connection.execute(select(hour_packages.c.id, hour_packages.c.minutes))}
    given = {(row[0], row[1]): int(row[2]) for row in rows if row[2]}
    for place in sorted(given.keys() | taken.keys()):
        if given.get(place, 0) != taken.get(place, 0):
            what = f"{place[0]} has taken {taken.get(place, 0)} minutes of {place[1]}, which gave {given.get(place, 0)}"
            findings.say(ACCOUNT, what)
    used: Counter[str] = Counter()
    for (_, package), minutes in given.items():
        used[package] += minutes
        findings.counts["minutes taken from packages"] += minutes
    for package, minutes in used.items():
        if minutes > sold[package]:
            findings.say(ACCOUNT, f"{package} had {sold[package]} minutes and gave {minutes}")
