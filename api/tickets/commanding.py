"""One step from a caller to the ticket's workflow, whatever state its run is in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi.concurrency import run_in_threadpool

from api.access.auth import Principal
from api.access.reach import owner
from api.context import Context
from api.engine.tickets import NoRun
from api.http.idempotency import command_id, digest
from api.http.problems import unknown_ticket
from api.intake.opening import conflict
from api.shapes import Body
from api.tickets.step_facts import Asked, files
from api.tickets.steps import Door
from api.tickets.told_before import told_before
from domain.commands import Command, Reopen
from domain.decide import handle
from domain.errors import DomainError
from domain.evolve import rebuild
from domain.words import Status
from store import tickets
from workflows.protocol import Receipt
from workflows.receipts import going_on


async def take(
    ours: Context,
    caller: Principal,
    ticket: str,
    key: str,
    door: Door,
    body: Body,
    now: datetime,
    *,
    given: bool = True,
) -> Receipt:
    """The receipt of the step; the first one again when this principal sent this key before.

    A key that was not `given` but made for this request cannot have been sent before.
    DomainError when the rules refuse it, or a Problem: 404 for an unknown ticket, 409 for a key of another request.
    """
    facts: dict[str, Any] = {}
    if door.facts is not None or getattr(body, "attachments", None):
        asked = Asked(ours.database, body, await owner(ours, ticket), now, ticket, caller, ours.attachments)
        facts = await run_in_threadpool(_facts, door, asked)
    command = Command.model_validate(
        {
            "id": command_id(caller.scope, key),
            "digest": digest(door.operation, body),
            "by": caller.actor,
            "step": {"type": door.operation, **body.model_dump(exclude_unset=True), **facts},
        }
    )
    return await send(ours, ticket, command, now, fresh=not given)


def _facts(door: Door, asked: Asked) -> dict[str, Any]:
    return {**(door.facts(asked) if door.facts is not None else {}), **files(asked)}


async def send(ours: Context, ticket: str, command: Command, now: datetime, *, fresh: bool = False) -> Receipt:
    """The receipt of a command, whether the ticket's run is open or has ended; refusals as in `take`.

    A `fresh` one has an id that was made just now: it cannot have been sent before.
    """
    if not fresh and (told := await told_before(ours, ticket, command.id)):
        return told
    try:
        receipt = await ours.engine.command(ticket, command)
    except NoRun:
        receipt = await _without_run(ours, ticket, command, now)
    if receipt.digest and receipt.digest != command.digest:
        raise conflict()  # one made again from the record has none (workflows.receipts)
    return receipt


async def _without_run(ours: Context, ticket: str, command: Command, now: datetime) -> Receipt:
    """The ticket's run has ended: only a reopening goes on, with a new run from what the store holds (decision 1)."""
    stored = await run_in_threadpool(tickets.get, ours.database, ticket)
    if stored is None:
        raise unknown_ticket(ticket)
    if stored.status is not Status.archived:
        raise DomainError(
            "ticket_lost",
            "The engine no longer has this ticket, although it is not archived. Tell operations its number.",
        )
    if not isinstance(command.step, Reopen):
        raise DomainError("ticket_archived", "The ticket is archived. Reopen it, or open a new one.")
    try:
        history = await run_in_threadpool(tickets.history, ours.database, ticket)
    except tickets.Gap as gap:
        raise DomainError("ticket_lost", f"The ticket cannot be reopened: {gap}. Tell operations.") from gap
    state = rebuild(history)
    handle(state, command, now)  # what the rules refuse must not begin a run
    return await ours.engine.revive(going_on(history, stored.fence, command.by, command.id, command.digest), command)
