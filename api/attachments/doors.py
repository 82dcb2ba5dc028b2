"""Files: uploaded before the step that names them; listed and handed out with their ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.access.auth import Caller, Principal
from api.access.reach import ReachedTicket, owner, reached
from api.attachments.handing import handed_out
from api.attachments.kinds import NotTaken
from api.attachments.naming import sees_internal
from api.attachments.taking import MIB, NOBODYS, Offered, take
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, ticket_id
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.intake.opening import conflict
from api.shapes import AT, TICKET, attachment_url, example
from domain.attachments import clean_name
from domain.commands import Name
from domain.words import Role
from store import attachment_uses, attachments, directory

router = APIRouter(prefix="/v1", tags=["attachments"])

ATTACHMENT = "F7M39QX24T"
_FILE = {
    "id": ATTACHMENT, "name": "gate.png", "media_type": "image/png", "size": 48211,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}  # fmt: skip
_STATUS = {"attachment_too_large": 413, "type_not_allowed": 415}
AttachmentId = Annotated[
    str, Path(description="the file's id", max_length=100, pattern=r"^[A-Za-z0-9]+$", examples=[ATTACHMENT])
]


DOWNLOADED: dict[str, Any] = {
    "description": "The file.",
    "content": {"*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}},
}
"""An answer that is a file, for the OpenAPI document."""


class AttachmentView(BaseModel):
    """A file. `size` in bytes; `media_type` is what its content shows, whatever its name says."""

    model_config = example(**_FILE)

    id: str
    name: str
    media_type: str
    size: int
    sha256: str


class TicketAttachmentView(AttachmentView):
    """A file on a ticket: the number of the event that it came with, and who sent it. `internal` is told to staff."""

    model_config = example(**_FILE, event=7, at=AT, by="client", url=attachment_url(TICKET, ATTACHMENT))

    event: int
    at: datetime
    by: Role
    internal: bool | None = None
    url: str


class AttachmentPage(BaseModel):
    """Some files in the order in which they came; `next` is the cursor of those that follow."""

    model_config = example(items=[TicketAttachmentView.model_config["json_schema_extra"]["examples"][0]])  # type: ignore[index]

    items: list[TicketAttachmentView]
    next: str | None = None


@router.post(
    "/attachments",
    operation_id="upload_attachment",
    status_code=201,
    summary="Upload a file",
    responses={
        400: {"description": "The form cannot be read."},
        415: {"description": "Files of this type are not taken."},
    },
)
async def upload(
    request: Request,
    file: Annotated[UploadFile, File(description="one file, with its name")],
    caller: Caller,
    ours: Ours,
    key: IdempotencyKey,
    now: Now,
    organisation: Annotated[Name | None, Form(description="whose ticket it is for; absent: your own's")] = None,
    ticket: Annotated[str | None, Form(max_length=100, description="instead: the ticket that it is for")] = None,
) -> AttachmentView:
    """It waits a day for a step of yours that names it in `attachments`: an opening, a comment, an answer, a message.

    Then it is the ticket's. One that no step names is dropped. It is your organisation's; where you have none, that of
    `organisation` or `ticket`, or of the first ticket whose step names it.
    """
    if len((await request.form()).getlist("file")) > 1:
        raise invalid("/file", "Send one file at a time; each gets an id of its own.", code="too_many_attachments")
    whose = await _organisation(ours, caller, organisation, ticket)
    content = await file.read(ours.attachments.size + 1)
    offered = Offered(ticket_id("attachment", caller.scope, key.value), file.filename or "", content)
    kept = await run_in_threadpool(keep_upload, ours, caller, offered, whose, now)
    return AttachmentView.model_validate(kept)


async def _organisation(ours: Context, caller: Principal, organisation: str | None, ticket: str | None) -> str:
    if ticket is not None:
        return await owner(ours, await reached(caller, ours, ticket))
    named = organisation or caller.organisation
    if named is None:
        return NOBODYS  # until a step names it: then it is that ticket's organisation's
    if not caller.reaches(named):
        raise Problem(403, "not_your_organisation", "You can upload files for your own organisation only.")
    if await run_in_threadpool(directory.organisation, ours.database, named) is None:
        raise invalid("/organisation", f'There is no organisation "{named}".', code="unknown_organisation")
    return named


def keep_upload(
    ours: Context, caller: Principal, offered: Offered, organisation: str, now: datetime
) -> attachments.Stored:
    """Keeps what somebody uploads until a step names it. A Problem when it is not taken, or too much waits already."""
    waiting = attachments.waiting(ours.database, caller.scope)
    if waiting + len(offered.content) > ours.attachments.ticket:
        detail = (
            f"More than {ours.attachments.ticket // MIB} MiB of your uploads are waiting for a step that names them. "
            "Use them, or delete them with DELETE /v1/attachments/{id}."
        )
        raise Problem(429, "too_many_uploads", detail, headers={"Retry-After": "3600"})
    try:
        kept = take(ours.database, ours.attachments, offered, organisation=organisation, uploader=caller.scope, now=now)
    except NotTaken as refusal:
        status = _STATUS.get(refusal.code, 422)
        errors = [{"in": "body", "pointer": "/file", "detail": refusal.detail}]
        raise Problem(status, refusal.code, refusal.detail, errors=errors) from None
    if (kept.size, kept.name, kept.organisation) != (len(offered.content), clean_name(offered.name), organisation):
        raise conflict()
    return kept


@router.delete(
    "/attachments/{attachment}", operation_id="discard_attachment", status_code=204, summary="Drop an uploaded file"
)
def discard(attachment: AttachmentId, caller: Caller, ours: Ours) -> None:
    """A file of your own that no step has named."""
    found = attachments.get(ours.database, attachment)
    own = found is not None and found.uploader == caller.scope and found.message is None
    if not own or not attachments.discard(ours.database, attachment):
        raise unknown_attachment(attachment)


@router.get(
    "/tickets/{id}/attachments",
    operation_id="list_attachments",
    summary="List a ticket's files",
    response_model_exclude_none=True,
)
def list_(
    ticket: ReachedTicket,
    caller: Caller,
    ours: Ours,
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=attachment_uses.MOST)] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
) -> AttachmentPage:
    """In the order in which they came. A client sees no file of an internal note."""
    internal = sees_internal(caller)
    try:
        found, beyond = attachment_uses.of_ticket(ours.database, ticket, internal=internal, cursor=cursor, limit=limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return AttachmentPage(items=[_view(ticket, one, internal=internal) for one in found], next=beyond)


@router.get(
    "/tickets/{id}/attachments/{attachment}",
    operation_id="download_attachment",
    summary="Download a file",
    response_class=Response,
    responses={200: DOWNLOADED},
)
def download(
    ticket: ReachedTicket,
    attachment: AttachmentId,
    caller: Caller,
    ours: Ours,
    inline: Annotated[bool, Query(description="to be shown, not saved; for pictures and PDF only")] = False,
) -> Response:
    """The file as a download, under the name that it came with."""
    found = attachment_uses.on_ticket(ours.database, ticket, [attachment], internal=sees_internal(caller))
    if not found:
        raise unknown_attachment(attachment)
    content = attachments.content(ours.database, found[0])
    return handed_out(found[0].name, found[0].media_type, content, inline=inline)


def _view(ticket: str, one: attachment_uses.Used, *, internal: bool) -> TicketAttachmentView:
    shown: dict[str, Any] = {name: getattr(one, name) for name in AttachmentView.model_fields}
    return TicketAttachmentView(
        **shown,
        event=one.sequence,
        at=one.at,
        by=Role(one.role),
        internal=one.internal if internal else None,
        url=attachment_url(ticket, one.id),
    )


def unknown_attachment(attachment: str) -> Problem:
    """The one answer for a file that is not there and for one that the caller must not see."""
    return Problem(404, "unknown_attachment", f'There is no file "{attachment}" here. Check its id.')
