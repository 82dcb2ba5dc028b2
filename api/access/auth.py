"""Who calls: a key or a browser's session becomes a principal, and the permission table has the last word."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.access import scopes
from api.access.browser import Browsers, check_origin
from api.access.contact_roles import ContactRoles
from api.access.permissions import PERMISSIONS, allowed
from api.access.rates import Rates
from api.context import Now, Ours
from api.http.origin import network
from api.http.problems import Problem
from domain.commands import Actor
from domain.words import ContactRole, Role
from runtime.settings import Settings
from store import keys
from store.database import Database
from store.sessions import Session

TRUSTED_FOR = timedelta(seconds=3)
"""A key that was good is not looked up again for so long: a revocation takes this time to be felt."""
REMEMBERED = 10_000

_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="An API key: `Authorization: Bearer esk_...`")


@dataclass(frozen=True)
class Principal:
    """Whoever holds the key, or is signed in. `organisation`, where there is one, bounds what it can reach."""

    role: Role
    id: str
    organisation: str | None
    session: Session | None = field(default=None, compare=False)
    """Of the browser, where it is a person at a page."""
    contact: ContactRole | None = None
    """What a client's person is there; None for a program with a client's key."""
    scopes: frozenset[str] | None = None
    """The operations that a key is narrowed to."""

    def may(self, operation: str | None) -> bool:
        """Whether the table lets this caller carry out `operation`."""
        return allowed(operation, self.role, self.contact, self.scopes, bound=self.organisation is not None)

    @property
    def actor(self) -> Actor:
        return Actor(role=self.role, id=self.id)

    @property
    def scope(self) -> str:
        """Tells principals apart in ids; stays the same when a key is replaced."""
        return f"{self.role}:{self.organisation or ''}:{self.id}"

    def reaches(self, organisation: str) -> bool:
        """Whether what belongs to `organisation` is within its bounds."""
        return self.organisation is None or self.organisation == organisation


class Keyring:
    """Keys that were found good a moment ago, by their hash: a look-up in the database costs as much as a command."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, tuple[datetime, Principal]] = {}

    async def principal(self, secret: str, now: datetime) -> Principal:
        """Who holds `secret`. A Problem (401) that says why when it is not, or no longer, good."""
        hashed = hashlib.sha256(secret.encode()).digest()
        known = self._known.get(hashed)
        if known and now < known[0]:
            return known[1]
        principal, expires_at = await run_in_threadpool(self._find, secret, now)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        until = now + TRUSTED_FOR
        self._known[hashed] = (min(until, expires_at) if expires_at else until, principal)
        return principal

    def _find(self, secret: str, now: datetime) -> tuple[Principal, datetime | None]:
        try:
            key = keys.find(self._database, secret, now)
        except keys.KeyRefused as refused:
            raise _unauthorised(f"The key is {refused.reason}. Ask whoever gave it to you for a new one.") from None
        keys.touch(self._database, key, now)
        found = Principal(key.role, key.subject, key.organisation, scopes=scopes.operations(key.scopes))
        return found, key.expires_at


def _unauthorised(detail: str) -> Problem:
    return Problem(401, "unauthorised", detail, headers={"WWW-Authenticate": "Bearer"})


async def authorise(
    request: Request,
    response: Response,
    ours: Ours,
    now: Now,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
) -> None:
    """Stands before every operation: refuses whoever has no key, a bad one, or a role that the table does not name."""
    request.state.now = now
    route = request.scope.get("route")
    operation = route.operation_id if isinstance(route, APIRoute) else None
    row = PERMISSIONS.get(operation or "")
    if row is not None and row.public:
        return
    principal: Principal | None = None
    if credentials is not None:
        principal = await _proven(request, _by_key(request, credentials.credentials, now), now)
    elif operation in request.app.state.proofs:
        # Machines that sign, or have only another spelling for a key.
        principal = await _proven(request, request.app.state.proofs[operation](request, ours, operation, now), now)
    if principal is None:
        principal = await _signed_in(request, now)
    request.state.principal = principal
    settings: Settings = request.app.state.settings
    rates: Rates = request.app.state.rates
    standing = rates.allow("requests", principal.scope, settings.rate_requests, now)
    if standing is not None:
        response.headers.update(standing.headers)
    if not principal.may(operation):
        raise Problem(403, "not_permitted", _why_not(operation, principal))


async def _by_key(request: Request, secret: str, now: datetime) -> Principal:
    keyring: Keyring = request.app.state.keyring
    return await with_contact_role(request, await keyring.principal(secret, now), now)


async def _proven(request: Request, proving: Awaitable[Principal | None], now: datetime) -> Principal | None:
    """Whoever proves to be somebody. A Problem: 401 for a bad proof, 429 for a network that sends too many of those."""
    try:
        return await proving
    except Problem as refused:
        if refused.status == 401:
            settings: Settings = request.app.state.settings
            rates: Rates = request.app.state.rates
            await rates.attempt("bad-keys", network(request), settings.rate_bad_keys, now)
        raise


def _why_not(operation: str | None, caller: Principal) -> str:
    which = f"The role {caller.role} may not do this."
    if allowed(operation, caller.role, caller.contact, bound=caller.organisation is not None):
        which = "This key is not made for this: its scopes leave it out."
    elif allowed(operation, caller.role, caller.contact):
        which = "This is about all organisations, and this key is bound to one."
    elif any(allowed(operation, caller.role, contact) for contact in ContactRole):
        which = "Only your organisation's key users and administrators may do this."
    return f"{which} GET /v1/me lists what it may do."


async def _signed_in(request: Request, now: datetime) -> Principal:
    """Whose session the browser has. A Problem (401) without one, (403) for what a foreign page had it send."""
    browsers: Browsers = request.app.state.browsers
    session = await browsers.session(request, now)
    if session is None:
        raise _unauthorised("This needs a key (send the header Authorization: Bearer esk_...), or to be signed in.")
    request.state.principal = found = await of_session(request, session, now)
    await check_origin(request, session)
    return found


async def of_session(request: Request, session: Session, now: datetime) -> Principal:
    """Whoever is signed in with that session."""
    found = Principal(session.role, session.subject, session.organisation, session)
    return await with_contact_role(request, found, now)


async def with_contact_role(request: Request, caller: Principal, now: datetime) -> Principal:
    """The caller with what it is at the client's, where it is a client."""
    if caller.role is not Role.client or caller.organisation is None:
        return caller
    roles: ContactRoles = request.app.state.contact_roles
    return replace(caller, contact=await roles.of(caller.id, caller.organisation, now))


async def principal(request: Request) -> Principal:
    """Who was let in."""
    found: Principal = request.state.principal
    return found


Caller = Annotated[Principal, Depends(principal)]
