"""API keys as operations: made and shown once, listed, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.audit import Audit
from api.access.auth import Caller
from api.context import Now, Ours
from api.http.idempotency import IdempotencyKey, ticket_id
from api.http.paging import following
from api.http.problems import invalid
from api.identity.key_making import PLAIN, KeyBody, make, reached, revoke
from api.shapes import AT, example
from domain.words import Role
from store import key_list
from store.keys import Key

router = APIRouter(prefix="/v1/keys", tags=["keys"])
KeyId = Annotated[str, Path(max_length=100, pattern=PLAIN)]
_Plain = Annotated[str, Field(max_length=100, pattern=PLAIN)]

_KEY = {
    "id": "7qx24t9k3m", "name": "Prometheus of the warehouse", "role": "integrator", "subject": "prometheus",
    "organisation": "acme", "scopes": ["monitoring"], "state": "good", "made_by": "anna", "created_at": AT,
    "expires_at": "2027-03-02T09:00:00Z", "revoked_at": None, "last_used_at": None,
}  # fmt: skip


class KeyView(BaseModel):
    """A key without its secret. `scopes` absent: all that its role may. `last_used_at` to the minute."""

    model_config = example(**_KEY)

    id: str
    name: str | None
    role: Role
    subject: str
    organisation: str | None
    scopes: list[str] | None
    state: key_list.State
    made_by: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class KeyMade(BaseModel):
    """A new key. `secret` is shown now and never again."""

    model_config = example(secret="esk_Q7q0...", key=_KEY)

    secret: str
    key: KeyView


class KeyPage(BaseModel):
    """Some keys; `next` is the cursor of those that follow, absent on the last page."""

    model_config = example(items=[_KEY])

    items: list[KeyView]
    next: str | None = None


class Wanted(BaseModel):
    """Which keys, in which order. Everything given must hold."""

    model_config = ConfigDict(extra="forbid")

    organisation: _Plain | None = None
    role: Role | None = None
    subject: _Plain | None = None
    state: key_list.State | None = None
    order: key_list.KeyOrder = key_list.KeyOrder.newest
    limit: int = Field(50, ge=1, le=key_list.MOST)
    cursor: str | None = Field(None, max_length=500, description="`next` of the page before")


@router.post("", operation_id="make_key", status_code=201, summary="Make a key")
async def make_key(
    body: KeyBody,
    caller: Caller,
    ours: Ours,
    key: IdempotencyKey,
    now: Now,
    request: Request,
    response: Response,
) -> KeyMade:
    """Managers make any; a client's key users and administrators make those of their organisation.

    The secret is in this answer only. Sent again under its Idempotency-Key it is refused, and nothing is made twice.
    """
    ident = ticket_id("key", caller.scope, key.value).lower()
    secret, made = await run_in_threadpool(make, ours, request.app.state.settings, caller, body, ident, now)
    pen: Audit = request.app.state.audit
    await pen.done(request, "make_key", now, about=made.id)
    response.headers["Location"] = f"/v1/keys/{made.id}"
    return KeyMade(secret=secret, key=view(made, now))


@router.get("", operation_id="list_keys", summary="List the keys")
def list_keys(
    wanted: Annotated[Wanted, Query()], caller: Caller, ours: Ours, now: Now, request: Request, response: Response
) -> KeyPage:
    """One page; a client sees those of its organisation."""
    if wanted.organisation is not None and not caller.reaches(wanted.organisation):
        return KeyPage(items=[])
    filters = key_list.KeyFilter(
        organisation=wanted.organisation or caller.organisation,
        role=wanted.role,
        subject=wanted.subject,
        state=wanted.state,
    )
    try:
        found, after = key_list.find(ours.database, filters, now, wanted.order, wanted.cursor, wanted.limit)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    following(request, response, after)
    return KeyPage(items=[view(one, now) for one in found], next=after)


@router.get("/{id}", operation_id="read_key", summary="Read a key")
def read_key(id: KeyId, caller: Caller, ours: Ours, now: Now) -> KeyView:
    """Without its secret, which is kept nowhere."""
    return view(reached(ours, caller, id), now)


@router.post("/{id}/revocation", operation_id="revoke_key", summary="Revoke a key")
async def revoke_key(id: KeyId, caller: Caller, ours: Ours, now: Now, request: Request) -> KeyView:
    """It opens nothing any more, a few seconds from now at the latest; sessions begun with it end."""
    revoked = await run_in_threadpool(revoke, ours, caller, id, now)
    pen: Audit = request.app.state.audit
    await pen.done(request, "revoke_key", now, about=revoked.id)
    return view(revoked, now)


def view(key: Key, now: datetime) -> KeyView:
    """A key as it is shown."""
    same = {name: getattr(key, name) for name in KeyView.model_fields if name not in ("scopes", "state")}
    scopes = None if key.scopes is None else list(key.scopes)
    return KeyView(**same, scopes=scopes, state=key_list.state(key, now))
