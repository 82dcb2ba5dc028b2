"""Opening a ticket, and one operation for each step of its life."""

# No `from __future__ import annotations`: the bodies of the steps are made here, and FastAPI must see the classes.

from typing import Any

from fastapi import APIRouter, Response
from fastapi import Body as InBody
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict, create_model

from api.access import ReachedTicket
from api.attachments.naming import For, named
from api.auth import Caller, Principal
from api.commanding import take
from api.context import Now, Ours
from api.idempotency import IdempotencyKey, command_id, digest, ticket_id
from api.opening import begin, prepare, replayed
from api.problems import Problem, invalid
from api.shapes import Body, FileIds, OpenTicket, ReceiptView, TicketView, links
from api.steps import DOORS, Door
from api.views import receipt_view, ticket_view
from domain.words import Role

router = APIRouter(prefix="/v1/tickets", tags=["tickets"])


@router.post("", operation_id="open_ticket", status_code=201, summary="Open a ticket")
async def open_(
    filed: OpenTicket, caller: Caller, ours: Ours, key: IdempotencyKey, now: Now, response: Response
) -> TicketView:
    """Answers when the ticket is durable; its promises count from the moment of this call."""
    organisation = _organisation(filed, caller)
    mark = digest("open", filed)
    if caller.role is Role.client and filed.contact is None:
        filed = filed.model_copy(update={"contact": caller.id})
    ticket = ticket_id("ticket", caller.scope, key.value)
    # A key that was made here cannot have been used before.
    summary = await run_in_threadpool(replayed, ours, ticket, mark) if key.given else None
    again = summary is not None
    if summary is None:
        of = For(ours.database, ours.attachments, caller, organisation, None, now)
        files = await run_in_threadpool(named, filed.attachments, of)
        opening = await run_in_threadpool(prepare, ours, filed, organisation, ticket, caller.actor, now, files=files)
        command = command_id("open", caller.scope, key.value)
        summary, again = await begin(ours, opening, caller.actor, now, command, mark)
    response.headers["Location"] = links(ticket).self
    if again:
        response.headers["Idempotency-Replayed"] = "true"
    return ticket_view(summary, caller)


def _organisation(filed: OpenTicket, caller: Principal) -> str:
    named = filed.organisation or caller.organisation
    if named is None:
        raise invalid("/organisation", "Say for which organisation the ticket is.", code="organisation_missing")
    if not caller.reaches(named):
        raise Problem(403, "not_your_organisation", "You can open tickets for your own organisation only.")
    return named


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


def _add(door: Door) -> None:
    model = _body_of(door)
    missing = ... if model.model_fields else model()

    async def endpoint(
        ticket: ReachedTicket,
        caller: Caller,
        ours: Ours,
        key: IdempotencyKey,
        now: Now,
        body: model = InBody(missing),  # type: ignore[valid-type]
    ) -> ReceiptView:
        receipt = await take(ours, caller, ticket, key.value, door, body, now)
        return receipt_view(receipt, caller)

    endpoint.__doc__ = door.step.__doc__
    address = f"/{{id}}/{door.path}"
    router.add_api_route(address, endpoint, methods=["POST"], operation_id=door.operation, summary=door.summary)


for _door in DOORS:
    _add(_door)
