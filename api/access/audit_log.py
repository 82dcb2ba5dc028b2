"""The audit, to be read: who signed in and out, which keys were made and revoked, and what was refused to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import Audit
from api.context import Ours
from api.http.paging import following
from api.http.problems import invalid
from api.shapes import AT, example
from domain.base import Instant
from domain.words import Role
from store import audit

router = APIRouter(prefix="/v1", tags=["audit"])

_ENTRY = {
    "id": "5d1c2f09ab345d1c2f09ab345d1c2f09", "at": AT, "last_at": AT, "operation": "read_ticket",
    "outcome": "refused", "code": "not_permitted", "role": "integrator", "subject": "prometheus", "organisation": None,
    "origin": "192.0.2.0/24", "about": None, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "count": 12,
}  # fmt: skip
_Plain = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class AuditEntry(BaseModel):
    """What somebody did, or was refused `count` times from `at` to `last_at`, within one minute.

    `origin` is the caller's network, not its address. `about` is a key's id, or how somebody signed in. Operation
    `many` counts refusals of a flood together, whosever they were.
    """

    model_config = example(**_ENTRY)

    id: str
    at: datetime
    last_at: datetime
    operation: str
    outcome: Literal["done", "refused"]
    code: str | None
    role: Role | None
    subject: str | None
    organisation: str | None
    origin: str | None
    about: str | None
    trace_id: str | None
    count: int


class AuditPage(BaseModel):
    """Some entries; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_ENTRY])

    items: list[AuditEntry]
    next: str | None = None


class Wanted(BaseModel):
    """Which, in which order. Everything given must hold; `to_at` is exclusive."""

    model_config = ConfigDict(extra="forbid")

    operation: _Plain | None = None
    outcome: Literal["done", "refused"] | None = None
    code: _Plain | None = None
    subject: _Plain | None = None
    organisation: _Plain | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None
    order: audit.AuditOrder = audit.AuditOrder.newest
    limit: int = Field(50, ge=1, le=audit.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.get("/audit", operation_id="list_audit", summary="List what was refused, and who came and went")
async def list_audit(wanted: Annotated[Wanted, Query()], ours: Ours, request: Request, response: Response) -> AuditPage:
    """One page; the header `Link` and the field `next` lead to the following one."""
    pen: Audit = request.app.state.audit
    await pen.flush()
    filters = audit.AuditFilter(**wanted.model_dump(exclude={"order", "limit", "cursor"}))
    try:
        found, after = await run_in_threadpool(
            audit.find, ours.database, filters, wanted.order, wanted.cursor, wanted.limit
        )
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, after)
    return AuditPage(items=[_view(one) for one in found], next=after)


def _view(entry: audit.Entry) -> AuditEntry:
    same = {name: getattr(entry, name) for name in AuditEntry.model_fields if name != "trace_id"}
    return AuditEntry(**same, trace_id=entry.trace)
