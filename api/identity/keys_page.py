"""API keys on a page: the same as the operations, for people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from api.access import scopes
from api.access.audit import Audit
from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.idempotency import ticket_id
from api.http.problems import Problem, invalid
from api.identity.account import signed_in
from api.identity.key_making import OF_CLIENTS, PLAIN, KeyBody, make, revoke
from api.pages.catalogue import mark, say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from api.pages.rendering import page
from domain.words import Role
from runtime.settings import Settings
from store import directory, key_list, names
from store.keys import Key

router = APIRouter(include_in_schema=False)
ROLES = {
    Role.client: mark("client"),
    Role.level1: mark("level 1 support"),
    Role.consultant: mark("consultant"),
    Role.rnd: mark("R&D"),
    Role.manager: mark("manager"),
    Role.integrator: mark("program of an integrator"),
    Role.operations: mark("operations"),
}
BUNDLES = {
    "read": mark("read only"),
    "tickets": mark("tickets: open, take steps, read"),
    "monitoring": mark("monitoring: post alerts and messages"),
}
STATES = {"good": mark("good"), "expired": mark("run out"), "revoked": mark("revoked")}
_MADE = mark("This form was sent already, and its key can be shown only once. Revoke that key and make another.")
_LONG = mark("A key lasts %(days)s days here at the most.")
_NOT_YOURS = mark("You can make keys of the client role for yourself, and keys for programs; no others.")
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("/account/keys", operation_id="keys_page")
async def keys_page(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage, cursor: Cursor = None
) -> Response:
    """The keys that the caller may see, and the form for a new one."""
    signed_in(caller)
    return await _page(request, caller, ours, now, language, cursor=cursor)


@router.post("/account/keys", operation_id="make_key_on_page")
async def make_key_on_page(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Shows the new key's secret, once."""
    signed_in(caller)
    form = await read_form(request, KeyBody)
    if form.body is None:
        return await _page(request, caller, ours, now, language, form=form, status=422)
    settings: Settings = request.app.state.settings
    ident = ticket_id("key", caller.scope, form.key).lower()
    try:
        secret, made = await run_in_threadpool(make, ours, settings, caller, form.body, ident, now)
    except Problem as problem:
        pointer = str((problem.more.get("errors") or [{}])[0].get("pointer", "")).removeprefix("/")
        words = {
            "key_exists": say(language, _MADE),
            "key_too_long": say(language, _LONG, days=settings.key_days_most),
            "not_yours_to_give": say(language, _NOT_YOURS),
        }
        form.refuse(pointer, words.get(problem.code, problem.detail))
        return await _page(request, caller, ours, now, language, form=form, status=problem.status)
    pen: Audit = request.app.state.audit
    await pen.done(request, "make_key", now, about=made.id)
    # No redirect as after other forms: the secret would have to stand in an address, or be kept.
    return await _page(request, caller, ours, now, language, secret=secret, made=made)


@router.post("/account/keys/{id}/revocation", operation_id="revoke_key_on_page")
async def revoke_key_on_page(
    request: Request, id: Annotated[str, Path(max_length=100, pattern=PLAIN)], caller: Caller, ours: Ours, now: Now
) -> Response:
    """Revokes it, and leads back to the list."""
    signed_in(caller)
    revoked = await run_in_threadpool(revoke, ours, caller, id, now)
    pen: Audit = request.app.state.audit
    await pen.done(request, "revoke_key", now, about=revoked.id)
    return RedirectResponse("/account/keys", status_code=303)


async def _page(
    request: Request,
    caller: Principal,
    ours: Context,
    now: datetime,
    language: str,
    *,
    cursor: str | None = None,
    form: Form[KeyBody] | None = None,
    status: int = 200,
    secret: str | None = None,
    made: Key | None = None,
) -> Response:
    found, after, organisations, called = await run_in_threadpool(_listed, ours, caller, now, cursor)
    settings: Settings = request.app.state.settings
    roles = OF_CLIENTS if caller.organisation else tuple(ROLES)
    shown: dict[str, Any] = {
        "keys": [(key, key_list.state(key, now)) for key in found],
        "next": f"/account/keys?cursor={after}" if after else None,
        "organisations": organisations,
        "roles": [(str(role), say(language, ROLES[role])) for role in roles],
        "called": called,
        "names": {str(role): say(language, words) for role, words in ROLES.items()},
        "states": {state: say(language, words) for state, words in STATES.items()},
        "scope_words": {name: say(language, words) for name, words in BUNDLES.items()},
        "bundles": [(name, say(language, BUNDLES[name])) for name in scopes.BUNDLES],
        "days": min(settings.key_days, settings.key_days_most),
        "most": settings.key_days_most,
        "form": form,
        "secret": secret,
        "made": made,
    }
    return page(request, "identity/keys.html", language=language, now=now, status=status, **shown)


def _listed(
    ours: Context, caller: Principal, now: datetime, cursor: str | None
) -> tuple[list[Key], str | None, list[tuple[str, str]], dict[str, str]]:
    """Keys, the cursor of more, organisations to choose from, and what holders and organisations are called."""
    wanted = key_list.KeyFilter(organisation=caller.organisation)
    try:
        found, after = key_list.find(ours.database, wanted, now, cursor=cursor, limit=50)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    clients = names.of_clients(ours.database)
    called = {**names.of_staff(ours.database), **clients}
    for organisation in {key.organisation for key in found if key.organisation}:
        called |= directory.contact_names(ours.database, organisation)
    return found, after, [] if caller.organisation else list(clients.items()), called
