"""What the tests of hours and money share: selling, logging, an agreement with another word in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from agreements import parse, published, revision
from store import agreements
from tests.clauses.desk import SINCE, Desk

HOURS = "/v1/organisations/acme/hours"
PACKAGES = "/v1/organisations/acme/hour-packages"


async def sell(desk: Desk, hours: int = 10, *, contract: str = "acme-1", **more: Any) -> str:
    """Sells a package; its id."""
    return str((await desk.post("max", PACKAGES, {"contract": contract, "hours": hours, **more}))["id"])


async def log(desk: Desk, ticket: str, minutes: int, *, who: str = "bob", work: str = "work", **more: Any) -> Any:
    """Logs an intervention that has just ended; its receipt."""
    began = await desk.now() - timedelta(minutes=minutes)
    body = {"work": work, "minutes": minutes, "began_at": began.isoformat(), "text": f"{minutes} minutes of {work}."}
    return await desk.post(who, f"/v1/tickets/{ticket}/time-entries", body, **more)


async def packages(desk: Desk, who: str = "anna") -> dict[str, dict[str, Any]]:
    """The packages as the client reads them, by id."""
    return {one["id"]: one for one in (await desk.get(who, HOURS))["packages"]}


async def used(desk: Desk) -> int:
    """Minutes taken from all packages together."""
    return sum(one["used"] for one in (await packages(desk)).values())


async def entries(desk: Desk, ticket: str) -> list[tuple[int, int, int, str]]:
    """(worked, counted, charged, cover) of each entry on a ticket, oldest first."""
    lines = (await desk.get("anna", f"/v1/tickets/{ticket}/intervention-report"))["lines"]
    return [(line["worked"], line["counted"], line["charged"], line["cover"]) for line in lines]


def amend(desk: Desk, name: str, *changes: tuple[str, str]) -> None:
    """The agreement's file with other words in it, in force for whatever comes now."""
    text = published()[name].read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    agreements.save(desk.database, name, revision(parse(text, name=name)), text, SINCE)
