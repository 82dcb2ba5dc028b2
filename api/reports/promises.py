"""Reports for whoever leads a desk: promises about to be missed, missed and kept; the load of each person and group."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Now, Ours
from api.http.paging import following
from api.http.problems import invalid
from api.shapes import AT, TICKET, example
from domain.base import Instant
from domain.words import ClockKind, Level
from store import load as loads
from store import promises

router = APIRouter(prefix="/v1/reports", tags=["reading"])
PERIOD = timedelta(days=30)
SOON = timedelta(hours=2)
ZONE = "Europe/Paris"
_Plain = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]

_PROMISE = {
    "ticket": TICKET, "number": 4, "kind": "response", "severity": "critical", "level": "support", "group": None,
    "assignee": "bob", "subject": "The access gates stay closed", "organisation": "acme", "agreement": "trackforce",
    "started_at": AT, "due": "2026-03-02T09:00:00Z", "ended_at": "2026-03-02T09:12:00Z", "late": 720, "pauses": 0,
    "still": 0,
}  # fmt: skip
_SHARE = {"organisation": "acme", "agreement": "trackforce", "kept": 57, "missed": 3, "share": 0.95}
_LOAD = {"assignee": "bob", "level": "support", "group": None, "open": 7, "due": 3, "late": 1}


class PromiseView(BaseModel):
    """A promise. `late` is in real seconds past `due`, `still` those in which it stood still, in `pauses` pauses.

    `level` is where the clock was started; `group` and `assignee` are whose the ticket is now.
    """

    model_config = example(**_PROMISE)

    ticket: str
    number: int
    kind: ClockKind
    severity: str
    level: str
    group: str | None
    assignee: str | None
    subject: str
    organisation: str
    agreement: str
    started_at: datetime
    due: datetime
    ended_at: datetime | None
    late: int
    pauses: int
    still: int


class ShareView(BaseModel):
    """Promises to a client under an agreement; `share` of kept ones, between 0 and 1."""

    model_config = example(**_SHARE)

    organisation: str
    agreement: str
    kept: int
    missed: int
    share: float | None


class PromiseReport(BaseModel):
    """What was missed in the period, latest first, and the shares kept; `next` is the cursor of more missed ones."""

    model_config = example(
        from_at=AT, to_at=AT, kept=57, missed=3, share=0.95, shares=[_SHARE], items=[_PROMISE], next=None
    )

    from_at: datetime
    to_at: datetime
    kept: int
    missed: int
    share: float | None
    shares: list[ShareView]
    items: list[PromiseView]
    next: str | None = None


class DueReport(BaseModel):
    """What falls due between `at` and `until` and is not kept yet, nearest first."""

    model_config = example(at=AT, until="2026-03-02T10:00:00Z", items=[_PROMISE])

    at: datetime
    until: datetime
    items: list[PromiseView]


class LoadView(BaseModel):
    """Open tickets of somebody (or of nobody) at a level: how many, with a promise due today, with one past due."""

    model_config = example(**_LOAD)

    assignee: str | None
    level: str
    group: str | None
    open: int
    due: int
    late: int


class LoadReport(BaseModel):
    """The load at `at`; `until` is the end of that day."""

    model_config = example(at=AT, until="2026-03-02T23:00:00Z", items=[_LOAD])

    at: datetime
    until: datetime
    items: list[LoadView]


class Chosen(BaseModel):
    """Which promises. Everything given must hold; `group` or `assignee` left empty means without one."""

    model_config = ConfigDict(extra="forbid")

    organisation: _Plain | None = None
    agreement: _Plain | None = None
    kind: ClockKind | None = Field(None, description="absent: response, update and resolution")
    level: Level | None = Field(None, description="at which the clock was started")
    group: _Plain | None = None
    assignee: _Plain | None = None


class Period(Chosen):
    """Of which period; `to_at` is exclusive. Absent: the last 30 days."""

    from_at: Instant | None = None
    to_at: Instant | None = None
    limit: int = Field(50, ge=1, le=promises.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


class Ahead(Chosen):
    """How far ahead."""

    minutes: int = Field(120, ge=1, le=7 * 24 * 60, description="how far ahead is looked")
    limit: int = Field(50, ge=1, le=promises.MOST)


def filter_of(chosen: Chosen, organisation: str | None) -> promises.PromiseFilter:
    """The store's filter; a caller who is bound to an organisation sees that one's."""
    fields = {name: getattr(chosen, name) for name in promises.PromiseFilter.model_fields}
    return promises.PromiseFilter(**{**fields, "organisation": organisation or chosen.organisation})


@router.get("/promises", operation_id="report_promises", summary="What was promised, kept and missed in a period")
def report_promises(
    period: Annotated[Period, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> PromiseReport:
    """Missed promises with whose they were and by how much, and the share kept by client and agreement."""
    until = period.to_at or now
    since = period.from_at or until - PERIOD
    wanted = filter_of(period, caller.organisation)
    try:
        found = promises.missed(ours.database, wanted, since, until, now, period.cursor, period.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, found.next)
    shares = promises.kept(ours.database, wanted, since, until)
    kept, missed = sum(one.kept for one in shares), sum(one.missed for one in shares)
    return PromiseReport(
        from_at=since,
        to_at=until,
        kept=kept,
        missed=missed,
        share=kept / (kept + missed) if kept + missed else None,
        shares=[ShareView(**dict(one), share=one.share) for one in shares],
        items=[PromiseView(**dict(one)) for one in found.promises],
        next=found.next,
    )


@router.get("/due", operation_id="report_due", summary="What is about to be missed")
def report_due(ahead: Annotated[Ahead, Query()], caller: Caller, ours: Ours, now: Now) -> DueReport:
    """Promises that fall due soon and are not kept yet, nearest first."""
    until = now + timedelta(minutes=ahead.minutes)
    found = promises.due_soon(ours.database, filter_of(ahead, caller.organisation), now, until, ahead.limit)
    return DueReport(at=now, until=until, items=[PromiseView(**dict(one)) for one in found])


@router.get("/load", operation_id="report_load", summary="Who has how much to do")
def report_load(caller: Caller, ours: Ours, now: Now) -> LoadReport:
    """Open tickets by level, group and person, with what falls due today and what is late."""
    until = end_of_day(now)
    found = loads.load(ours.database, now, until, caller.organisation)
    return LoadReport(at=now, until=until, items=[LoadView(**dict(one)) for one in found])


def end_of_day(now: datetime) -> datetime:
    """Midnight where the desk is."""
    here = now.astimezone(ZoneInfo(ZONE))
    return datetime(here.year, here.month, here.day, tzinfo=ZoneInfo(ZONE)) + timedelta(days=1)
