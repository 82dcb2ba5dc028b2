"""Facts of a step that nobody sends: the API looks them up in the directory, so that the rules can know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.access.auth import Principal
from api.attachments.naming import For, named
from api.attachments.taking import Limits
from api.http.problems import invalid
from api.intake import facts
from api.shapes import Body
from domain.defects import SETTLED
from domain.words import STAFF
from store import defects, directory
from store.database import Database


@dataclass(frozen=True)
class Asked:
    """A step that is asked for: by whom, on which organisation's ticket, and when."""

    database: Database
    body: Body
    organisation: str
    now: datetime
    ticket: str
    caller: Principal
    limits: Limits


def files(asked: Asked) -> dict[str, Any]:
    """The files that the body names. A Problem for one that is not there for this caller and ticket."""
    ids = getattr(asked.body, "attachments", ())
    if not ids:
        return {}
    of = For(asked.database, asked.limits, asked.caller, asked.organisation, asked.ticket, asked.now)
    return {"attachments": named(ids, of)}


def groups(asked: Asked) -> dict[str, Any]:
    """The competence group of everybody whom the body gives the ticket to. A Problem (422) for a stranger."""
    database, body = asked.database, asked.body
    places = [("/assignee", getattr(body, "assignee", None))]
    places += [(f"/others/{place}", name) for place, name in enumerate(getattr(body, "others", ()))]
    found: dict[str, str | None] = {}
    for pointer, name in places:
        if name is None:
            continue
        member = directory.member(database, name)
        if member is None or member.role not in STAFF:
            detail = f'"{name}" is nobody of our staff. GET /v1/staff lists who can work on a ticket.'
            raise invalid(pointer, detail, code="unknown_assignee")
        found[name] = member.group
    return {"groups": found} if found else {}


def known_assignee(asked: Asked) -> dict[str, Any]:
    """Nothing to be told to the rules, but whoever is named must be of our staff."""
    groups(asked)
    return {}


def known_defect(asked: Asked) -> dict[str, Any]:
    """Nothing to be told to the rules, but the defect must be there, and something may still come of it."""
    name = str(getattr(asked.body, "defect", ""))
    found = defects.get(asked.database, name)
    if found is None:
        detail = f'There is no defect "{name}". GET /v1/defects lists them; POST /v1/defects opens one.'
        raise invalid("/defect", detail, code="unknown_defect")
    if found.status in SETTLED:
        detail = f'The defect "{name}" is {found.status}: nothing more comes of it, so there is nothing to wait for.'
        raise invalid("/defect", detail, code="defect_settled")
    return {}


def known_product(asked: Asked) -> dict[str, Any]:
    """The product that the body names, with what we know of its version: a client does not tell us that."""
    named = getattr(asked.body, "product", None)
    if named is None:
        return {}
    return {"known": facts.product(asked.database, asked.organisation, named, asked.now)}
