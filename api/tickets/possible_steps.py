"""What the caller could do with a ticket now: the rules asked beforehand, so that nobody offers what they refuse."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.access.auth import Caller, Principal
from api.access.reach import ReachedTicket
from api.context import Now, Ours
from api.shapes import AT, TICKET, example
from api.tickets.standing import Source, standing
from api.tickets.steps import DOORS
from domain.possible import possible
from domain.ticket import Ticket

router = APIRouter(prefix="/v1/tickets", tags=["reading"])

_STEP = {
    "operation": "comment",
    "summary": "Comment, for client and staff",
    "address": f"/v1/tickets/{TICKET}/comments",
}


class StepView(BaseModel):
    """A step that would be accepted with some body: `POST` to `address`; `operation` is its id in this document."""

    model_config = example(**_STEP)

    operation: str
    summary: str
    address: str


class Steps(BaseModel):
    """What the caller could do at `at`. `source` is `record` when the ticket's run has ended or does not answer."""

    model_config = example(ticket=TICKET, at=AT, source="live", items=[_STEP])

    ticket: str
    at: datetime
    source: Source
    items: list[StepView]


def steps_of(state: Ticket, caller: Principal, now: datetime) -> tuple[str, ...]:
    """Operations that the caller may use and the rules would accept."""
    among = {door.operation for door in DOORS if caller.may(door.operation)}
    return possible(state, caller.actor, now, among)


@router.get("/{id}/steps", operation_id="list_steps", summary="List what you could do with a ticket now")
async def steps(ticket: ReachedTicket, caller: Caller, ours: Ours, now: Now) -> Steps:
    """A step that is not listed would be refused whatever its body says; one that is listed, with some body, not."""
    state, source = await standing(ours, ticket)
    shown: dict[str, Any] = dict.fromkeys(steps_of(state, caller, now))
    items = [
        StepView(operation=door.operation, summary=door.summary, address=f"/v1/tickets/{ticket}/{door.path}")
        for door in DOORS
        if door.operation in shown
    ]
    return Steps(ticket=ticket, at=now, source=source, items=items)
