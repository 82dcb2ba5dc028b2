"""What staff does on a ticket's page: one address for each step; a refusal is shown on its form with what was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.access.auth import Caller, Principal
from api.access.reach import ReachedTicket, owner
from api.board.step_fields import asking, fields_of
from api.board.ticket import ticket_page
from api.board.words import STEPS
from api.context import Context, Now, Ours
from api.engine.tickets import EngineAway, EngineBusy
from api.http.problems import Problem
from api.http.refusal_codes import STATUS
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.doors import within
from api.pages.files import with_files
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.refusals import fault_in_words, refused_in_words
from api.shapes import Body
from api.tickets.commanding import take
from api.tickets.doors import BODIES
from api.tickets.standing import standing
from api.tickets.steps import DOORS
from domain.errors import DomainError

router = APIRouter(include_in_schema=False)
_DOORS = {door.operation: door for door in DOORS}


@router.post("/board/tickets/{id}/steps/{step}", operation_id="board_step")
async def act(
    ticket: ReachedTicket,
    step: str,
    request: Request,
    caller: Caller,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    back: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Takes the step and leads back to the page, or to the list where the button was."""
    form, refused = await _tried(request, ours, caller, ticket, step, language, now)
    if refused is None:
        return RedirectResponse(within(back) if back else f"/board/tickets/{ticket}?done={step}", status_code=303)
    return await ticket_page(request, ours, caller, ticket, now, language, status=refused, form=form, step=step)


async def _tried(
    request: Request, ours: Context, caller: Principal, ticket: str, step: str, language: str, now: datetime
) -> tuple[Form[Body], int | None]:
    """The form, and the status of its refusal; None when the step was taken. A Problem for no step of theirs."""
    if step not in _DOORS or step not in STEPS:
        raise Problem(404, "not_found", "There is no such step.")
    if not caller.may(step):
        raise Problem(403, "not_permitted", f"The role {caller.role} may not do this.")
    form = await _read(request, ours, caller, ticket, step, language, now)
    for name, told in form.errors.items():
        form.errors[name] = fault_in_words(told, language)
    await with_files(ours, caller, await owner(ours, ticket), form, language, now)
    if form.body is None or form.errors:
        return form, 422
    try:
        await take(ours, caller, ticket, form.key, _DOORS[step], form.body, now)
    except DomainError as refused:
        form.refuse("", refused_in_words(refused.code, refused.message, language))
        return form, STATUS.get(refused.code, 409)
    except Problem as refused:
        if refused.status == 403 or refused.code == "unknown_ticket":
            raise
        form.refuse("", refused_in_words(refused.code, refused.detail, language))
        return form, refused.status
    except (EngineAway, EngineBusy):
        form.refuse("", say(language, _("The engine did not answer. Send it again: nothing is done twice.")))
        form.again = True
        return form, 503
    return form, None


async def _read(
    request: Request, ours: Context, caller: Principal, ticket: str, step: str, language: str, now: datetime
) -> Form[Any]:
    """The form as the step's body: a time of day is that of the agreement's zone, a fact of the intake is a word."""
    state, _source = await standing(ours, ticket)
    posted = await request.form()
    fixed: dict[str, Any] = {}
    intake: dict[str, Any] = {}
    for field in fields_of(step, asking(ours, state, caller.id, now, language)):
        value = posted.get(field.name)
        if not isinstance(value, str) or not value.strip():
            continue
        if field.kind == "instant":
            fixed[field.name] = _instant(value.strip(), state.terms.zone)
        elif field.name.startswith("intake."):
            answer = value.strip()
            intake[field.name.removeprefix("intake.")] = answer == "true" if field.kind == "fact" else answer
    return await read_form(request, BODIES[step], **fixed, **({"intake": intake} if step == "supply" else {}))


def _instant(typed: str, zone: str) -> datetime | str:
    """What a browser's field for date and time gives, in that zone; as typed when it is something else."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
