"""After an outage: what should have fired, when it did, which promises that cost, and which messages went out late."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Now, Ours
from api.http.paging import following
from api.http.problems import invalid
from api.reports.late_shapes import (
    GapView,
    LateFiringView,
    LateMessages,
    LateMessageView,
    LatePromises,
    LatePromiseView,
    LateReport,
    Sent,
    Summary,
)
from domain.base import Instant
from domain.lateness import LATE, Fired, Why, gaps, middle
from domain.words import Level
from store import late, late_messages, late_promises
from store.database import Database
from store.late import LateFilter, LateOrder
from store.late_promises import missed

router = APIRouter(prefix="/v1/reports/late", tags=["reading"])
PERIOD = timedelta(days=1)
_Plain = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class Chosen(BaseModel):
    """Of which period and tickets. Everything given must hold; `group` left empty means without one."""

    model_config = ConfigDict(extra="forbid")

    from_at: Instant | None = Field(None, description="absent: a day before `to_at`")
    to_at: Instant | None = Field(None, description="exclusive; absent: now")
    later_than: float = Field(LATE.total_seconds(), ge=0, le=1e7, description="seconds; less is not worth telling")
    organisation: _Plain | None = None
    level: Level | None = Field(None, description="where the ticket is now")
    group: _Plain | None = None
    limit: int = Field(50, ge=1, le=late.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


class Firings(Chosen):
    """And of which kind, in which order."""

    fired: Fired | None = None
    order: LateOrder = LateOrder.oldest


class Promises(Chosen):
    """And for which reason."""

    why: Why | None = None


@router.get("", operation_id="report_late", summary="What fired late in a period, and what that cost")
def report_late(
    chosen: Annotated[Firings, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> LateReport:
    """First the sums over all of it, then what fired late, row by row: due when, done when, how late."""
    wanted = _filter(chosen, caller.organisation, now)
    try:
        found = late.find(ours.database, wanted, chosen.order, chosen.cursor, chosen.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, found.next)
    return LateReport(
        from_at=wanted.since,
        to_at=wanted.until,
        later_than=wanted.later_than,
        summary=_summary(ours.database, wanted, now),
        items=[LateFiringView(**dict(one)) for one in found.firings],
        next=found.next,
    )


@router.get("/promises", operation_id="report_late_promises", summary="Missed promises, and whether lateness is why")
def report_late_promises(
    chosen: Annotated[Promises, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> LatePromises:
    """Every promise that was missed in the period, in the order in which they fell due."""
    wanted = _filter(chosen, caller.organisation, now)
    found = missed(ours.database, wanted, now, chosen.cursor)
    try:
        rows = list(islice((one for one in found if chosen.why in (None, one.why)), chosen.limit + 1))
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    more = late_promises.cursor_at(rows[chosen.limit - 1]) if len(rows) > chosen.limit else None
    following(request, response, more)
    items = [LatePromiseView(**dict(one)) for one in rows[: chosen.limit]]
    return LatePromises(from_at=wanted.since, to_at=wanted.until, items=items, next=more)


@router.get("/messages", operation_id="report_late_messages", summary="Messages that went out late, or not yet")
def report_late_messages(
    chosen: Annotated[Chosen, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> LateMessages:
    """Measured from the step that a message tells of: from when it had to happen, where that was late itself."""
    wanted = _filter(chosen, caller.organisation, now)
    try:
        rows = list(islice(late_messages.late_messages(ours.database, wanted, now, chosen.cursor), chosen.limit + 1))
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    more = late_messages.cursor_at(rows[chosen.limit - 1]) if len(rows) > chosen.limit else None
    following(request, response, more)
    items = [LateMessageView(**dict(one)) for one in rows[: chosen.limit]]
    return LateMessages(from_at=wanted.since, to_at=wanted.until, items=items, next=more)


def _filter(chosen: Chosen, organisation: str | None, now: datetime) -> LateFilter:
    """A caller who is bound to an organisation sees that one's."""
    until = chosen.to_at or now
    try:
        since = chosen.from_at or until - PERIOD
    except OverflowError:
        since = until
    return LateFilter(
        since=since,
        until=until,
        later_than=chosen.later_than,
        organisation=organisation or chosen.organisation,
        level=chosen.level,
        group=chosen.group,
        fired=getattr(chosen, "fired", None),
    )


def _summary(database: Database, wanted: LateFilter, now: datetime) -> Summary:
    fired = list(late.spans(database, wanted))
    spans = [span for _, span in fired]
    seconds = [(span.at - span.due).total_seconds() for span in spans]
    messages = list(late_messages.late_messages(database, wanted, now))
    waits = [one.late for one in messages]
    return Summary(
        fired=len(fired),
        tickets=len({span.ticket for span in spans}),
        since=min((span.due for span in spans), default=None),
        until=max((span.at for span in spans), default=None),
        median=middle(seconds),
        worst=max(seconds, default=None),
        by_kind=dict(Counter(str(kind) for kind, _ in fired)),
        gaps=[GapView(**dict(one)) for one in gaps(spans)],
        promises=dict(Counter(str(one.why) for one in missed(database, wanted, now))),
        messages=Sent(
            count=len(messages),
            unsent=sum(one.sent_at is None for one in messages),
            median=middle(waits),
            worst=max(waits, default=None),
        ),
        waiting=late.waiting(database, wanted, now),
    )
