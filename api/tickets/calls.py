"""Calls to clients that are to be made: the list of staff's; taking and telling one are steps of its ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Ours
from api.http.paging import following
from api.http.problems import invalid
from api.shapes import TICKET, example
from domain.base import Instant
from domain.words import STAFF, Level
from store import calls
from store.calls import CallFilter, CallOrder

router = APIRouter(prefix="/v1/calls", tags=["reading"])

_CALL = {
    "ticket": TICKET, "number": 2, "due": "2026-03-02T10:30:00Z", "missed": False, "taken_by": "bob", "tries": 1,
    "next_at": "2026-03-02T10:15:00Z", "organisation": "acme", "contact": "anna", "contact_name": "Anna Müller",
    "telephone": "+33 1 40 00 00 00", "language": "fr", "subject": "The gates stay closed", "severity": "critical",
    "level": "support", "group": None, "assignee": "bob",
}  # fmt: skip
_Plain = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class CallView(BaseModel):
    """A call to be made. `due` is absent while its clock stands still; `next_at`: when it is tried again."""

    model_config = example(**_CALL)

    ticket: str
    number: int
    due: datetime | None = None
    missed: bool
    taken_by: str | None = None
    tries: int
    next_at: datetime | None = None
    organisation: str
    contact: str
    contact_name: str | None = None
    telephone: str | None = None
    language: str
    subject: str
    severity: str
    level: str
    group: str | None = None
    assignee: str | None = None


class CallPage(BaseModel):
    """Some calls; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_CALL])

    items: list[CallView]
    next: str | None = None


class Wanted(BaseModel):
    """Which, in which order. Everything given must hold; `taken_by` left empty means nobody's yet."""

    model_config = ConfigDict(extra="forbid")

    organisation: _Plain | None = None
    level: Level | None = None
    group: _Plain | None = None
    assignee: _Plain | None = None
    taken_by: _Plain | None = None
    severity: _Plain | None = None
    missed: bool | None = Field(None, description="past their due instant, or not")
    before: Instant | None = Field(None, description="due before this")
    order: CallOrder = CallOrder.due
    limit: int = Field(50, ge=1, le=calls.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.get("", operation_id="list_calls", summary="List the calls to clients that are to be made")
def list_(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, request: Request, response: Response
) -> CallPage:
    """One page, soonest due first. A call is taken and told of at its ticket. Numbers are for staff's eyes."""
    organisation = wanted.organisation or caller.organisation
    if organisation is not None and not caller.reaches(organisation):
        return CallPage(items=[])
    filters = CallFilter(
        **{**wanted.model_dump(exclude={"order", "limit", "cursor"}, exclude_none=True), "organisation": organisation}
    )
    try:
        found, beyond = calls.find(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    items = [CallView(**one.model_dump()) for one in found]
    if caller.role not in STAFF:
        items = [one.model_copy(update={"telephone": None, "contact_name": None}) for one in items]
    return CallPage(items=items, next=beyond)
