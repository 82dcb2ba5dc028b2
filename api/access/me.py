"""Who the caller is, and what it may do."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.access.auth import Caller
from api.access.permissions import operations_of
from api.context import Ours
from api.shapes import example
from domain.words import ContactRole, Role
from store import people

router = APIRouter(prefix="/v1", tags=["contracts"])


class Me(BaseModel):
    """Whom the key or the session belongs to, and what it may do.

    `way`: how it came in: `bearer` with a key, or a browser's session begun by `oidc`, a `link`, or a `key`. `name` and
    `language` are absent for a program.
    """

    model_config = example(
        role="client", id="anna", organisation="acme", contact_role="key_user", name="Anna Berg", language="fr",
        way="oidc", operations=["open_ticket", "comment"],
    )  # fmt: skip

    role: Role
    id: str
    organisation: str | None
    contact_role: ContactRole | None = None
    name: str | None = None
    language: str | None = None
    way: Literal["bearer", "oidc", "link", "key"] = "bearer"
    operations: list[str]


@router.get("/me", operation_id="read_me", summary="Who am I")
async def read_me(caller: Caller, ours: Ours) -> Me:
    """Whom this key or session belongs to, and the operations it may use."""
    session = caller.session
    person = await run_in_threadpool(people.known, ours.database, caller.id) if session is None else None
    named = person if person and person.organisation == caller.organisation else None
    return Me(
        role=caller.role,
        id=caller.id,
        organisation=caller.organisation,
        contact_role=caller.contact,
        name=session.name if session else named.name if named else None,
        language=session.language if session else named.language if named else None,
        way=session.way if session else "bearer",
        operations=list(
            operations_of(caller.role, caller.contact, caller.scopes, bound=caller.organisation is not None)
        ),
    )
