"""Reports that could not be understood, for whoever mends the sender."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Ours
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.shapes import AT, example
from domain.base import Instant
from domain.words import Role
from store import rejected
from store.rejected import LARGEST, Rejected, RejectedFilter, RejectedOrder

router = APIRouter(prefix="/v1/monitors/rejected", tags=["monitors"])

_REPORT = {
    "id": "R7M39QX24T", "source": "alertmanager", "by": "prometheus", "by_role": "integrator",
    "code": "unreadable_report", "detail": "The body is not JSON: Expecting value: line 1 column 1 (char 0).",
    "content_type": "application/json", "size": 312, "whole": True, "received_at": AT, "seen_at": AT, "times": 4,
}  # fmt: skip
_Plain = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


class RejectedReport(BaseModel):
    """A report as it came. `whole`: its body is kept to the end. `times`: how often the very same came."""

    model_config = example(**_REPORT)

    id: str
    source: str
    monitor: str | None = None
    by: str
    by_role: Role
    organisation: str | None = None
    code: str
    detail: str
    content_type: str
    size: int
    whole: bool
    received_at: datetime
    seen_at: datetime
    times: int


class RejectedReports(BaseModel):
    """Some reports; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_REPORT])

    items: list[RejectedReport]
    next: str | None = None


class Wanted(BaseModel):
    """Which, in which order. Everything given must hold; `to_at` is exclusive."""

    model_config = ConfigDict(extra="forbid")

    source: _Plain | None = None
    code: _Plain | None = None
    from_at: Instant | None = Field(None, description="last seen since")
    to_at: Instant | None = None
    order: RejectedOrder = RejectedOrder.newest
    limit: int = Field(50, ge=1, le=rejected.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.get("", operation_id="list_rejected_reports", summary="List reports that could not be understood",
            response_model_exclude_none=True)  # fmt: skip
def list_(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, request: Request, response: Response
) -> RejectedReports:
    """Kept for 30 days, 200 of each sender. A sender sees its own, our people all within their bounds."""
    filters = RejectedFilter(
        **wanted.model_dump(exclude={"order", "limit", "cursor"}),
        organisation=caller.organisation,
        by=caller.id if caller.role is Role.integrator else None,
    )
    try:
        found, beyond = rejected.find(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return RejectedReports(items=[_view(one) for one in found], next=beyond)


def reached(
    caller: Caller, ours: Ours, id: Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
) -> Rejected:
    """The report, when it is within the caller's bounds; the same 404 otherwise as for one that is not there."""
    found = rejected.get(ours.database, id)
    own = found is not None and (
        (caller.organisation is None or caller.organisation == found.organisation)
        and (caller.role is not Role.integrator or caller.id == found.by)
    )
    if found is None or not own:
        raise Problem(
            404, "unknown_report", f'There is no rejected report "{id}". GET /v1/monitors/rejected lists them.'
        )
    return found


Reached = Annotated[Rejected, Depends(reached)]


@router.get("/{id}", operation_id="read_rejected_report", summary="Read what is known of a rejected report",
            response_model_exclude_none=True)  # fmt: skip
def read(report: Reached) -> RejectedReport:
    """When it came, from whom, and what was wrong with it."""
    return _view(report)


@router.get(
    "/{id}/body",
    operation_id="read_rejected_body",
    summary="Read the body of a rejected report",
    response_class=Response,
    responses={200: {"description": "The body as it came.", "content": {"application/octet-stream": {}}}},
)
def read_body(report: Reached, ours: Ours) -> Response:
    """As it came, at most 64 KiB of it; a file to look at, never a page."""
    headers = {
        "Content-Disposition": f'attachment; filename="{report.id}.bin"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    body = rejected.body(ours.database, report.id) or b""
    return Response(body, media_type="application/octet-stream", headers=headers)


def _view(one: Rejected) -> RejectedReport:
    row = {name: getattr(one, name) for name in Rejected.model_fields if name != "role"}
    return RejectedReport(**row, by_role=one.role, whole=one.size <= LARGEST)
