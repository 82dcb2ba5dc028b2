"""Chat channels: a team's room gets what the team's mailbox gets, a person's what the person is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from apprise import Apprise
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller
from api.context import Context, Now, Ours
from api.http.idempotency import IdempotencyKey, digest, ticket_id
from api.http.paging import following
from api.http.problems import Problem, invalid
from api.intake.opening import conflict
from api.outgoing.messages import Reader
from api.shapes import AT, Body, example
from domain.messages import Recipient
from domain.messages.subjects import SUBJECTS
from domain.words import Subject
from store import chat_channels, directory
from store.chat_channels import ChannelOrder, ChatChannel

router = APIRouter(prefix="/v1/channels", tags=["outgoing"])
ChannelId = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f]*$")]

_CHANNEL = {
    "id": "K3M7QX24T9", "name": "Level 1, the room", "owner": {"kind": "team", "id": "support"}, "service": "Slack",
    "subjects": ["opening", "deadlines"], "templates": [], "severities": ["critical"], "active": True,
    "created_at": AT,
}  # fmt: skip
_Plain = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
_Url = Annotated[str, Field(min_length=3, max_length=2_000, description="an Apprise address; never shown again")]


class OwnerBody(Body):
    """Whose room it is: a team ("consulting/logistics"), a role ("lead", "manager"), staff or a contact by id."""

    kind: Literal["team", "role", "staff", "contact"]
    id: _Plain


class ChannelBody(Body):
    """A room to add. Lists left empty: it hears everything that its owner is told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Level 1, the room",
                    "owner": {"kind": "team", "id": "support"},
                    "url": "slack://TokenA/TokenB/TokenC/support",
                    "subjects": ["opening", "deadlines"],
                }
            ]
        }
    )

    name: _Plain
    owner: OwnerBody
    url: _Url
    subjects: Annotated[tuple[Subject, ...], Field(max_length=20)] = ()
    templates: Annotated[tuple[_Plain, ...], Field(max_length=100, description="besides those of the subjects")] = ()
    severities: Annotated[tuple[_Plain, ...], Field(max_length=50, description="as the agreements call them")] = ()


class ChannelChange(Body):
    """What is to be another way; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": False}, {"severities": ["critical"]}]})

    name: _Plain | None = None
    url: _Url | None = None
    subjects: Annotated[tuple[Subject, ...], Field(max_length=20)] | None = None
    templates: Annotated[tuple[_Plain, ...], Field(max_length=100)] | None = None
    severities: Annotated[tuple[_Plain, ...], Field(max_length=50)] | None = None
    active: bool | None = None


class ChannelView(BaseModel):
    """A room; its address holds a password or token, so only the service is shown."""

    model_config = example(**_CHANNEL)

    id: str
    name: str
    owner: Reader
    service: str
    subjects: list[Subject]
    templates: list[str]
    severities: list[str]
    active: bool
    created_at: datetime


class ChannelPage(BaseModel):
    """Some rooms; `next` is the cursor of those that follow."""

    model_config = example(items=[_CHANNEL])

    items: list[ChannelView]
    next: str | None = None


class Wanted(BaseModel):
    """Whose, in which order."""

    model_config = ConfigDict(extra="forbid")

    owner_kind: Literal["team", "role", "staff", "contact"] | None = None
    owner_id: _Plain | None = None
    order: ChannelOrder = ChannelOrder.newest
    limit: int = Field(50, ge=1, le=chat_channels.MOST)
    cursor: str | None = Field(None, max_length=500)


@router.post("", operation_id="create_channel", status_code=201, summary="Add a chat channel")
def create(
    body: ChannelBody, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response
) -> ChannelView:
    """Messages that are chosen a way from now on go there too. The address is kept encrypted."""
    owner = Recipient(kind=body.owner.kind, id=body.owner.id)
    if owner.kind == "staff" and directory.member(ours.database, owner.id) is None:
        raise invalid("/owner/id", f'There is no member of staff "{owner.id}".', code="unknown_owner")
    if owner.kind == "contact" and directory.contact(ours.database, owner.id) is None:
        raise invalid("/owner/id", f'There is no contact "{owner.id}".', code="unknown_owner")
    _known_templates(body.templates)
    asked = ChatChannel(
        id=ticket_id("channel", caller.scope, key.value),
        name=body.name,
        owner=owner,
        url=ours.vault.seal(body.url),
        service=_service(body.url),
        subjects=tuple(map(str, body.subjects)),
        templates=body.templates,
        severities=body.severities,
        created_at=now,
        by=caller.id,
        digest=digest("channel", body),
    )
    kept = chat_channels.add(ours.database, asked)
    if kept.digest != asked.digest:
        raise conflict()
    if kept != asked:
        response.headers["Idempotency-Replayed"] = "true"
    response.headers["Location"] = f"/v1/channels/{kept.id}"
    return _view(kept)


@router.get("", operation_id="list_channels", summary="List chat channels")
def list_(wanted: Annotated[Wanted, Query()], ours: Ours, request: Request, response: Response) -> ChannelPage:
    """One page."""
    try:
        found, beyond = chat_channels.find(
            ours.database, wanted.owner_kind, wanted.owner_id, wanted.order, wanted.cursor, wanted.limit
        )
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, beyond)
    return ChannelPage(items=[_view(one) for one in found], next=beyond)


@router.get("/{id}", operation_id="read_channel", summary="Read a chat channel")
def read(id: ChannelId, ours: Ours) -> ChannelView:
    """What it hears; never its address."""
    return _view(_found(ours, id))


@router.patch("/{id}", operation_id="change_channel", summary="Change a chat channel, switch it off or on")
async def change(id: ChannelId, body: ChannelChange, ours: Ours) -> ChannelView:
    """It holds from the next message on."""
    return await run_in_threadpool(_change, ours, id, body)


def _change(ours: Context, id: str, body: ChannelChange) -> ChannelView:
    there = _found(ours, id)
    _known_templates(body.templates or ())
    values: dict[str, Any] = body.model_dump(exclude_none=True, exclude={"url"})
    if body.subjects is not None:
        values["subjects"] = tuple(map(str, body.subjects))
    if body.url is not None:
        values |= {"url": ours.vault.seal(body.url), "service": _service(body.url)}
    changed = there.model_copy(update=values)
    chat_channels.change(ours.database, changed)
    return _view(changed)


@router.delete("/{id}", operation_id="delete_channel", status_code=204, summary="Remove a chat channel")
def delete(id: ChannelId, ours: Ours) -> Response:
    """What waits for it is given up; the mails are not touched."""
    _found(ours, id)
    chat_channels.remove(ours.database, id)
    return Response(status_code=204)


def _service(url: str) -> str:
    """Which chat an address leads to. A Problem where Apprise does not know it; the address is not repeated."""
    plugin = Apprise.instantiate(url, suppress_exceptions=True)
    if plugin is None:
        detail = "Apprise does not understand this address; its documentation lists the form of each chat's."
        raise invalid("/url", detail, code="unknown_chat")
    return str(plugin.service_name)


def _known_templates(templates: tuple[str, ...]) -> None:
    strange = [one for one in templates if one not in SUBJECTS]
    if strange:
        known = ", ".join(SUBJECTS)
        raise invalid("/templates", f'There is no message "{strange[0]}"; there are {known}.', code="unknown_template")


def _found(ours: Context, id: str) -> ChatChannel:
    found = chat_channels.read(ours.database, id)
    if found is None:
        raise Problem(404, "unknown_channel", f'There is no chat channel "{id}".')
    return found


def _view(channel: ChatChannel) -> ChannelView:
    fields = {name: value for name, value in channel if name in ChannelView.model_fields}
    return ChannelView(**{**fields, "owner": Reader(kind=channel.owner.kind, id=channel.owner.id)})
