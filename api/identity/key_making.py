"""Making and revoking keys, for the API and for the page: who may give what to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, field_validator
from sqlalchemy.exc import IntegrityError

from api.access import scopes
from api.access.auth import Principal
from api.context import Context
from api.http.problems import Problem, invalid
from api.shapes import Body
from domain.words import Role
from runtime.settings import Settings
from store import directory, key_list, keys, sessions
from store.keys import Key

PLAIN = r"^[^\x00-\x1f]*$"
OF_CLIENTS = (Role.client, Role.integrator)
"""What a client can give to its own people and programs."""


class KeyBody(Body):
    """A key to make. `subject` is whoever holds it; a client's people make keys for themselves and for programs.

    `scopes` narrow it: bundles (`read`, `tickets`, `monitoring`) or single operations; absent, it may do all that its
    role may. `days` until it expires.
    """

    model_config = Body.model_config | {
        "json_schema_extra": {
            "examples": [
                {"name": "Prometheus of the warehouse", "role": "integrator", "subject": "prometheus",
                 "organisation": "acme", "scopes": ["monitoring"], "days": 365}
            ]
        }
    }  # fmt: skip

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN, description="what it is for")]
    role: Role
    subject: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)] | None = None
    organisation: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)] | None = None
    scopes: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=200)] | None = None
    days: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @field_validator("scopes")
    @classmethod
    def _known(cls, given: list[str] | None) -> list[str] | None:
        strangers = scopes.unknown(given or ())
        if strangers:
            known = ", ".join(scopes.BUNDLES)
            raise ValueError(f"no such scope: {', '.join(strangers)}. There are {known}, and each operation by its id")
        return given


def make(
    ours: Context, settings: Settings, caller: Principal, body: KeyBody, key_id: str, now: datetime
) -> tuple[str, Key]:
    """The secret, to be shown now and never again, and its key. A Problem when the caller may not give that."""
    subject, organisation = _holder(ours, caller, body)
    wanted = scopes.operations(body.scopes)
    if caller.scopes is not None and (wanted is None or not wanted <= caller.scopes):
        raise Problem(403, "scope_too_wide", "A key can give no more than its own scopes; name them, or fewer.")
    days = body.days or min(settings.key_days, settings.key_days_most)
    if days > settings.key_days_most:
        raise invalid("/days", f"A key lasts {settings.key_days_most} days here at the most.", code="key_too_long")
    try:
        return keys.create(
            ours.database,
            id=key_id,
            role=body.role,
            subject=subject,
            organisation=organisation,
            name=body.name,
            scopes=body.scopes,
            made_by=caller.id,
            expires_at=now + timedelta(days=days),
            now=now,
        )
    except IntegrityError:
        detail = (
            f"A key was made under this Idempotency-Key already: {key_id}. Its secret cannot be shown again: if it is "
            "lost, revoke it and make another."
        )
        raise Problem(409, "key_exists", detail) from None


def _holder(ours: Context, caller: Principal, body: KeyBody) -> tuple[str, str | None]:
    if body.role is Role.system:
        raise invalid("/role", "Escalade itself holds no key.", code="no_such_holder")
    if caller.organisation is None:
        if body.subject is None:
            raise invalid("/subject", "Say who holds it.", code="holder_missing")
        if body.role is Role.client and body.organisation is None:
            raise invalid("/organisation", "A client's key needs its organisation.", code="organisation_missing")
        if body.organisation is not None and directory.organisation(ours.database, body.organisation) is None:
            raise invalid("/organisation", f'There is no organisation "{body.organisation}".', code="invalid")
        return body.subject, body.organisation
    if body.role not in OF_CLIENTS:
        raise Problem(403, "not_yours_to_give", "Your organisation can make keys of the roles client and integrator.")
    if body.organisation not in (None, caller.organisation):
        raise Problem(403, "not_your_organisation", "A key can be made for your own organisation only.")
    if body.role is Role.client:
        # It consents and orders in its holder's name, so nobody makes one in a colleague's.
        if body.subject not in (None, caller.id):
            raise Problem(403, "not_yours_to_give", "A client's key acts in its holder's name: make one for yourself.")
        return caller.id, caller.organisation
    return body.subject or f"{caller.organisation}-program", caller.organisation


def reached(ours: Context, caller: Principal, key_id: str) -> Key:
    """That key, where the caller may see it. A Problem (404), the same for one that is another's."""
    found = key_list.get(ours.database, key_id)
    if found is None or (caller.organisation is not None and found.organisation != caller.organisation):
        raise Problem(404, "unknown_key", f'There is no key "{key_id}".')
    return found


def revoke(ours: Context, caller: Principal, key_id: str, now: datetime) -> Key:
    """Makes it useless, and ends the sessions that were begun with it; again changes nothing."""
    found = reached(ours, caller, key_id)
    if keys.revoke(ours.database, found.id, now):
        sessions.end_of(ours.database, f"key:{found.id}", now)
    return reached(ours, caller, key_id)
