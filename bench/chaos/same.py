"""The same commands as the rules know them: what was sent, with the facts that the API looks up itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from api.attachments.taking import Limits
from api.http.idempotency import digest
from api.http.problems import Problem
from api.tickets.doors import BODIES
from api.tickets.step_facts import Asked
from api.tickets.steps import DOORS
from bench.chaos.holdings import OPEN, Held
from domain.commands import Command
from store.database import Database

_DOORS = {door.operation: door for door in DOORS}


def commands(database: Database, held: Iterable[Held]) -> dict[str, Command]:
    """By id, every step that was sent and that the API would not have refused at its door."""
    found: dict[str, Command] = {}
    for one in held:
        if one.operation == OPEN:
            continue
        door, body = _DOORS[one.operation], BODIES[one.operation].model_validate(one.body)
        asked = Asked(database, body, one.organisation, datetime.now(UTC), one.ticket, one.caller.who, Limits())
        try:
            facts = door.facts(asked) if door.facts is not None else {}
        except Problem:
            continue
        found[one.id] = Command.model_validate(
            {
                "id": one.id,
                "digest": digest(one.operation, body),
                "by": one.caller.who.actor,
                "step": {"type": one.operation, **body.model_dump(exclude_unset=True), **facts},
            }
        )
    return found
