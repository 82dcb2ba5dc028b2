"""What came in by mail, and what became of it: for whoever looks for a mail that somebody says to have sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.attachments.doors import DOWNLOADED
from api.attachments.handing import handed_out
from api.context import Ours
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.shapes import AT, TICKET, example
from domain.base import Instant
from store import mails

router = APIRouter(prefix="/v1/mails", tags=["messages"])

MAIL = "Q7M39QX24T"
_MAIL = {
    "id": MAIL, "message_id": "CAF1@mail.acme.example", "sender": "anna@acme.example",
    "return_path": "anna@acme.example", "recipients": "support@desk.example", "subject": "The gates stay closed",
    "received_at": AT, "size": 4821, "outcome": "opened", "ticket": TICKET, "detail": "",
}  # fmt: skip


class MailView(BaseModel):
    """A mail. `kept`: `message` is its id among the unmatched messages, `detail` says why. `size` in bytes."""

    model_config = example(**_MAIL)

    id: str
    message_id: str
    sender: str
    return_path: str
    recipients: str
    subject: str
    received_at: datetime
    size: int
    outcome: mails.Outcome
    ticket: str | None = None
    message: str | None = None
    detail: str


class MailPage(BaseModel):
    """Some mails; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_MAIL])

    items: list[MailView]
    next: str | None = None


class Wanted(BaseModel):
    """Which, in which order. Everything given must hold; `to_at` is exclusive."""

    model_config = ConfigDict(extra="forbid")

    outcome: mails.Outcome | None = None
    sender: Annotated[str, Field(max_length=320, pattern=r"^[^\x00-\x1f]*$")] | None = None
    ticket: Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9]*$")] | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None
    order: mails.Order = mails.Order.newest
    limit: int = Field(50, ge=1, le=mails.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.get("", operation_id="list_mails", summary="List the mails that came in", response_model_exclude_none=True)
def list_(wanted: Annotated[Wanted, Query()], ours: Ours, request: Request, response: Response) -> MailPage:
    """One page; the header `Link` and the field `next` lead to the following one."""
    filters = mails.Filter(**wanted.model_dump(exclude={"order", "limit", "cursor"}))
    try:
        found, beyond = mails.find(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return MailPage(items=[MailView.model_validate(one) for one in found], next=beyond)


@router.get(
    "/{mail}/original",
    operation_id="download_mail",
    summary="Download a mail as it came in",
    response_class=Response,
    responses={200: DOWNLOADED},
)
def original(
    mail: Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9]+$", description="the mail's id", examples=[MAIL])],
    ours: Ours,
) -> Response:
    """Every byte of it, for inspection; originals are dropped after a time that is set."""
    content = mails.original(ours.database, mail)
    if content is None:
        raise Problem(404, "unknown_mail", f'There is no mail "{mail}", or its original is no longer kept.')
    return handed_out(f"{mail}.eml", "message/rfc822", content, inline=False)
