"""Requests that were refused because the agreement does not serve them. Staff reads them: none is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Ours
from api.http.paging import following
from api.http.problems import invalid
from api.shapes import AT, TICKET, example
from domain.base import Instant
from domain.words import Role
from store import refusals

router = APIRouter(prefix="/v1/refused-requests", tags=["tickets"])

_REFUSED = {
    "id": TICKET, "at": AT, "organisation": "acme", "contact": "emile", "by": "client", "by_id": "emile",
    "subject": "No badge is read", "description": "Since 08:50.", "code": "referred",
    "detail": "Requests are taken from your organisation's administrator or key user only (TF-04, TF-05). "
    "Please turn to them: Ines.",
}  # fmt: skip


class RefusedView(BaseModel):
    """A request as it was filed, and what its filer was told. `id` is the number that its ticket would have had."""

    model_config = example(**_REFUSED)

    id: str
    at: datetime
    organisation: str
    contact: str | None = None
    by: Role
    by_id: str
    subject: str
    description: str
    code: str
    detail: str


class RefusedPage(BaseModel):
    """Some refused requests; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_REFUSED])

    items: list[RefusedView]
    next: str | None = None


class Wanted(BaseModel):
    """Which, in which order. Everything given must hold; `to_at` is exclusive."""

    model_config = ConfigDict(extra="forbid")

    organisation: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")] | None = None
    code: Annotated[str, Field(max_length=100, pattern=r"^[a-z_]*$")] | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None
    order: refusals.RefusedOrder = refusals.RefusedOrder.newest
    limit: int = Field(50, ge=1, le=refusals.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.get("", operation_id="list_refused_requests", summary="List refused requests", response_model_exclude_none=True)
def list_(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, request: Request, response: Response
) -> RefusedPage:
    """One page; the header `Link` and the field `next` lead to the following one."""
    filters = refusals.RefusedFilter(
        organisation=wanted.organisation or caller.organisation,
        code=wanted.code,
        from_at=wanted.from_at,
        to_at=wanted.to_at,
    )
    if filters.organisation is not None and not caller.reaches(filters.organisation):
        return RefusedPage(items=[])
    try:
        found, beyond = refusals.find(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    items = [
        RefusedView(**one.model_dump(exclude={"by"}), by=one.by.role, by_id=one.by.id) for one in found
    ]  # fmt: skip
    return RefusedPage(items=items, next=beyond)
