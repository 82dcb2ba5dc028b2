"""Facts of a step that nobody sends: the API looks them up in the directory, so that the rules can know them."""

from __future__ import annotations

from typing import Any

from api.problems import invalid
from api.shapes import Body
from domain.defects import SETTLED
from domain.words import STAFF
from store import defects, directory
from store.database import Database


def groups(database: Database, body: Body) -> dict[str, Any]:
    """The competence group of everybody whom the body gives the ticket to. A Problem (422) for a stranger."""
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


def known_assignee(database: Database, body: Body) -> dict[str, Any]:
    """Nothing to be told to the rules, but whoever is named must be of our staff."""
    groups(database, body)
    return {}


def known_defect(database: Database, body: Body) -> dict[str, Any]:
    """Nothing to be told to the rules, but the defect must be there, and something may still come of it."""
    name = str(getattr(body, "defect", ""))
    found = defects.get(database, name)
    if found is None:
        detail = f'There is no defect "{name}". GET /v1/defects lists them; POST /v1/defects opens one.'
        raise invalid("/defect", detail, code="unknown_defect")
    if found.status in SETTLED:
        detail = f'The defect "{name}" is {found.status}: nothing more comes of it, so there is nothing to wait for.'
        raise invalid("/defect", detail, code="defect_settled")
    return {}
