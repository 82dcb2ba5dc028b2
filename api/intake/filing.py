"""Filing a ticket, whichever door it comes in by: the same request is the same ticket, and nothing of it is lost."""

from __future__ import annotations

from datetime import datetime

from fastapi.concurrency import run_in_threadpool

from api.access.auth import Principal
from api.attachments.naming import For, named
from api.context import Context
from api.http.idempotency import Key, command_id, digest, ticket_id
from api.http.problems import Problem, invalid
from api.intake.opening import begin, prepare, replayed
from api.shapes import OpenTicket
from domain.record import Summary
from domain.words import Role


async def file_ticket(
    ours: Context, caller: Principal, filed: OpenTicket, key: Key, now: datetime
) -> tuple[Summary, bool]:
    """The ticket's row once it is durable, and whether this key had opened it before.

    DomainError when the agreement does not serve it, a Problem when the request does not fit.
    """
    organisation = _organisation(filed, caller)
    mark = digest("open", filed)
    if caller.role is Role.client and filed.contact is None:
        filed = filed.model_copy(update={"contact": caller.id})
    ticket = ticket_id("ticket", caller.scope, key.value)
    # A key that was made here cannot have been used before.
    summary = await run_in_threadpool(replayed, ours, ticket, mark) if key.given else None
    if summary is not None:
        return summary, True
    of = For(ours.database, ours.attachments, caller, organisation, None, now)
    files = await run_in_threadpool(named, filed.attachments, of)
    opening = await run_in_threadpool(prepare, ours, filed, organisation, ticket, caller.actor, now, files=files)
    command = command_id("open", caller.scope, key.value)
    return await begin(ours, opening, caller.actor, now, command, mark)


def _organisation(filed: OpenTicket, caller: Principal) -> str:
    named = filed.organisation or caller.organisation
    if named is None:
        raise invalid("/organisation", "Say for which organisation the ticket is.", code="organisation_missing")
    if not caller.reaches(named):
        raise Problem(403, "not_your_organisation", "You can open tickets for your own organisation only.")
    return named
