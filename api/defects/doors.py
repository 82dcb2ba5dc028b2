"""R&D's door: defects, what is announced about them, and how many tickets wait. Staff only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.auth import Caller, Principal
from api.context import Context, Ours
from api.http.idempotency import IdempotencyKey, command_id, digest, ticket_id
from api.http.problems import Problem, invalid
from api.intake.opening import conflict
from api.shapes import AT, Body, example
from domain.commands import Line, Name, Text
from domain.defects import (
    AnswerDefect,
    CloseDefect,
    DefectCommand,
    DefectId,
    DefectStatus,
    DefectStep,
    News,
    OpenDefect,
    RejectDefect,
)
from domain.words import Role
from store import defects
from store.defects import DefectOrder, DefectRow

router = APIRouter(prefix="/v1/defects", tags=["R&D"])

_DEFECT: dict[str, Any] = {
    "id": "D-417", "title": "The driver loses its connection", "description": "After 49 days without a restart.",
    "product": "gates", "status": "open", "opened_at": AT, "updated_at": AT, "opened_by": "dora",
    "announcements": 1, "waiting": 12, "unreached": 0,
}  # fmt: skip
_NEWS = {"number": 1, "at": AT, "by": "rnd", "by_id": "dora", "kind": "answer", "text": "We can reproduce it."}


class OpenDefectBody(Body):
    """A new defect. Without an id it gets one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{name: _DEFECT[name] for name in ("id", "title", "description", "product")}]}
    )

    id: DefectId | None = None
    title: Line
    description: Text
    product: Name | None = Field(None, description="as in the product catalogue")


class WordsBody(Body):
    """What every client who waits will read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "We can reproduce it and know the cause."}]})

    text: Text


class DefectView(BaseModel):
    """A defect. `waiting`: tickets that wait for it; `unreached`: those that could not be told of the newest news."""

    model_config = example(**_DEFECT)

    id: str
    title: str
    description: str
    product: str | None = None
    status: DefectStatus
    opened_at: datetime
    updated_at: datetime
    opened_by: str
    announcements: int
    waiting: int
    unreached: int


class NewsView(BaseModel):
    """One announcement, as the clients who wait read it."""

    model_config = example(**_NEWS)

    number: int
    at: datetime
    by: Role
    by_id: str
    kind: News
    text: str
    release: str | None = None
    line: str | None = None


class DefectWhole(DefectView):
    """A defect with everything that was announced, oldest first."""

    model_config = example(**_DEFECT, news=[_NEWS])

    news: list[NewsView]


class DefectPage(BaseModel):
    """Some defects; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_DEFECT], next="eyJhIjogMX0")

    items: list[DefectView]
    next: str | None = None


class Wanted(BaseModel):
    """Which defects, in which order. Everything given must hold."""

    model_config = ConfigDict(extra="forbid")

    status: list[DefectStatus] = []
    product: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")] | None = None
    text: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f]*$")] | None = Field(
        None, description="contained in the title"
    )
    order: DefectOrder = DefectOrder.opened_at
    limit: int = Field(50, ge=1, le=defects.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.post("", operation_id="open_defect", status_code=201, summary="Open a defect")
async def open_(
    body: OpenDefectBody, caller: Caller, ours: Ours, key: IdempotencyKey, response: Response
) -> DefectView:
    """Tickets can wait for it as soon as this answers."""
    defect = body.id or f"D-{ticket_id('defect', caller.scope, key.value)}"
    step = OpenDefect(title=body.title, description=body.description, product=body.product)
    await _send(ours, caller, defect, key.value, step, body)
    response.headers["Location"] = f"/v1/defects/{defect}"
    return _view(await run_in_threadpool(_known, ours, defect))


@router.get("", operation_id="list_defects", summary="List the defects", response_model_exclude_none=True)
def list_(wanted: Annotated[Wanted, Query()], ours: Ours, request: Request, response: Response) -> DefectPage:
    """One page; the header `Link` and the field `next` lead to the following one."""
    filters = defects.DefectFilter(status=tuple(wanted.status), product=wanted.product, text=wanted.text)
    try:
        found = defects.find(ours.database, filters, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    if found.next is not None:
        following = request.url.include_query_params(cursor=found.next)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return DefectPage(items=[_view(row) for row in found.defects], next=found.next)


async def reached(
    ours: Ours, id: Annotated[str, Path(description="the defect's id", max_length=100, examples=["D-417"])]
) -> DefectRow:
    """The defect that an address means. A Problem (404) when there is none."""
    return await run_in_threadpool(_known, ours, id)


Reached = Annotated[DefectRow, Depends(reached)]


@router.get("/{id}", operation_id="read_defect", summary="Read a defect", response_model_exclude_none=True)
def read(defect: Reached, ours: Ours) -> DefectWhole:
    """With its news. The tickets that it is about: GET /v1/tickets?defect=..."""
    news = [
        NewsView(
            number=one.number, at=one.at, by=one.by.role, by_id=one.by.id, kind=one.kind, text=one.text,
            release=one.release, line=one.line,
        )
        for one in defects.announced(ours.database, defect.id)
    ]  # fmt: skip
    return DefectWhole(**_view(defect).model_dump(), news=news)


@router.post("/{id}/answers", operation_id="answer_defect", summary="Tell everybody who waits")
async def answer(body: WordsBody, defect: Reached, caller: Caller, ours: Ours, key: IdempotencyKey) -> DefectView:
    """Each client who waits reads it once, in its own ticket."""
    return await _announce(ours, caller, defect.id, key.value, AnswerDefect(text=body.text), body)


@router.post("/{id}/rejection", operation_id="reject_defect", summary="Say that it will not be fixed")
async def reject(body: WordsBody, defect: Reached, caller: Caller, ours: Ours, key: IdempotencyKey) -> DefectView:
    """Each client who waits reads why; its ticket is worked on again by level 1 support."""
    return await _announce(ours, caller, defect.id, key.value, RejectDefect(text=body.text), body)


@router.post("/{id}/closure", operation_id="close_defect", summary="Say that no further version will be fixed")
async def close(body: WordsBody, defect: Reached, caller: Caller, ours: Ours, key: IdempotencyKey) -> DefectView:
    """Whoever still waits, with a version that has no fix, reads why."""
    return await _announce(ours, caller, defect.id, key.value, CloseDefect(text=body.text), body)


async def _announce(
    ours: Context, caller: Principal, defect: str, key: str, step: DefectStep, body: Body
) -> DefectView:
    await _send(ours, caller, defect, key, step, body)
    return _view(await run_in_threadpool(_known, ours, defect))


async def _send(ours: Context, caller: Principal, defect: str, key: str, step: DefectStep, body: Body) -> None:
    mark = digest(f"{step.type} {defect}", body)
    command = DefectCommand(id=command_id(caller.scope, key), digest=mark, by=caller.actor, step=step)
    receipt = await ours.engine.defect(defect, command)
    if receipt.digest != mark:
        raise conflict()


def _known(ours: Context, defect: str) -> DefectRow:
    found = defects.get(ours.database, defect) if "\0" not in defect else None
    if found is None:
        raise Problem(404, "unknown_defect", f'There is no defect "{defect}"; GET /v1/defects lists them.')
    return found


def _view(row: DefectRow) -> DefectView:
    fields = {name: getattr(row, name) for name in DefectView.model_fields if name != "opened_by"}
    return DefectView(**fields, opened_by=row.opened_by.id)
