"""What a client does on a ticket's page: one address for each step; the rules' refusals are shown on its form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.access.reach import ReachedTicket
from api.context import Context, Now, Ours
from api.engine.tickets import EngineAway, EngineBusy
from api.http.problems import Problem
from api.http.refusal_codes import STATUS
from api.pages.files import with_files
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.portal.asked import answers
from api.portal.client import Client, ThisClient
from api.portal.refusals import faults_in_words, not_served_in_words, refusal_in_words
from api.portal.ticket import ticket_page
from api.shapes import Body
from api.tickets.commanding import take
from api.tickets.doors import BODIES
from api.tickets.standing import standing
from api.tickets.steps import DOORS
from domain.errors import DomainError
from domain.ticket import Ticket

router = APIRouter(prefix="/portal/tickets", include_in_schema=False)
_DOORS = {door.operation: door for door in DOORS}


@router.post("/{id}/steps/{step}", operation_id="portal_step")
async def act(
    ticket: ReachedTicket, step: str, client: ThisClient, ours: Ours, now: Now, request: Request, language: PageLanguage
) -> Response:
    """Takes the step and leads back to the page; what was refused is shown there with what was typed."""
    form, problem = await try_step(request, ours, client, ticket, step, language, now)
    if problem is None:
        return RedirectResponse(f"/portal/tickets/{ticket}?done={step}", status_code=303)
    state, _ = await standing(ours, ticket)
    return await ticket_page(request, ours, client, state, language, now, status=problem, form=form, step=step)


async def try_step(
    request: Request, ours: Context, client: Client, ticket: str, step: str, language: str, now: datetime
) -> tuple[Form[Body], int | None]:
    """The form, and the status of its refusal; None when the step was taken. A Problem for no step of theirs."""
    door = _DOORS.get(step)
    if door is None:
        raise Problem(404, "not_found", "There is no such step.")
    if not client.caller.may(step):
        raise Problem(403, "not_permitted", "This step is for our own people.")
    form: Form[Body] = await _read(request, ours, ticket, step)
    faults_in_words(form, language)
    await with_files(ours, client.caller, client.organisation.id, form, language, now)
    if form.body is None or form.errors:
        return form, 422
    try:
        await take(ours, client.caller, ticket, form.key, door, form.body, now)
    except DomainError as refused:
        form.refuse("", not_served_in_words(refused, language))
        return form, STATUS.get(refused.code, 409)
    except Problem as refused:
        if refused.status in (403, 404):
            raise
        form.refuse("", refusal_in_words(refused.code, refused.detail, language))
        return form, refused.status
    except (EngineAway, EngineBusy) as away:
        form.refuse("", refusal_in_words("engine_away", str(away), language))
        form.again = True
        return form, 503
    return form, None


async def _read(request: Request, ours: Context, ticket: str, step: str) -> Form[Any]:
    if step != "supply":
        return await read_form(request, BODIES[step])
    state, _ = await standing(ours, ticket)
    return await read_form(request, BODIES[step], **await supplied(request, state))


async def supplied(request: Request, state: Ticket) -> dict[str, Any]:
    """The intake as it was answered on a page."""
    posted = await request.form()
    values = {name: value for name, value in posted.items() if isinstance(value, str)}
    return {"intake": answers(state.terms, values)}
