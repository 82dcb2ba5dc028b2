"""Opening a ticket, and one operation for each step of its life."""

# No `from __future__ import annotations`: the bodies of the steps are made here, and FastAPI must see the classes.

from typing import Any

from fastapi import APIRouter, Response
from fastapi import Body as InBody
from pydantic import ConfigDict, create_model

from api.access.auth import Caller
from api.access.reach import ReachedTicket
from api.context import Now, Ours
from api.http.idempotency import IdempotencyKey
from api.intake.filing import file_ticket
from api.shapes import Body, FileIds, OpenTicket, ReceiptView, TicketView, links
from api.tickets.commanding import take
from api.tickets.steps import DOORS, Door
from api.tickets.views import receipt_view, ticket_view

router = APIRouter(prefix="/v1/tickets", tags=["tickets"])


@router.post("", operation_id="open_ticket", status_code=201, summary="Open a ticket")
async def open_(
    filed: OpenTicket, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response
) -> TicketView:
    """Answers when the ticket is durable; its promises count from the moment of this call."""
    summary, again = await file_ticket(ours, caller, filed, key, now)
    response.headers["Location"] = links(summary.id).self
    if again:
        response.headers["Idempotency-Replayed"] = "true"
    return ticket_view(summary, caller)


def _body_of(door: Door) -> type[Body]:
    """The domain's step without `type`, which the address says already."""
    fields: dict[str, Any] = {
        name: (field.annotation, field)
        for name, field in door.step.model_fields.items()
        if name != "type" and name not in getattr(door.step, "FACTS", ())
    }
    if "attachments" in door.step.model_fields:
        fields["attachments"] = (FileIds, ())
    examples = ConfigDict(json_schema_extra={"examples": [door.example]})
    base = type("StepBody", (Body,), {"model_config": examples, "__module__": __name__})
    return create_model(f"{door.step.__name__}Body", __base__=base, __doc__=door.step.__doc__, **fields)


BODIES: dict[str, type[Body]] = {door.operation: _body_of(door) for door in DOORS}
"""What each step's address takes, by operation; a page's form is read by the same."""


def _add(door: Door) -> None:
    model = BODIES[door.operation]
    missing = ... if model.model_fields else model()

    async def endpoint(
        ticket: ReachedTicket,
        caller: Caller,
        ours: Ours,
        key: IdempotencyKey,
        now: Now,
        body: model = InBody(missing),  # type: ignore[valid-type]
    ) -> ReceiptView:
        receipt = await take(ours, caller, ticket, key.value, door, body, now, given=key.given)
        return receipt_view(receipt, caller)

    endpoint.__doc__ = door.step.__doc__
    address = f"/{{id}}/{door.path}"
    router.add_api_route(address, endpoint, methods=["POST"], operation_id=door.operation, summary=door.summary)


for _door in DOORS:
    _add(_door)
