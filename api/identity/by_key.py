"""Signing in with an API key: for demos, and for the day on which the provider is away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.access.audit import Audit
from api.access.browser import refuse_foreign
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.identity.entering import counted, enter
from api.identity.page import shown
from api.pages.catalogue import mark, say
from api.pages.language import PageLanguage
from runtime.settings import Settings
from store import keys, people
from store.people import Person

router = APIRouter(include_in_schema=False)
_BAD = mark("This key does not open anything: it is unknown, has expired, or was revoked.")
_NARROW = mark("This key is made for a program: its scopes leave out the pages.")


@router.post("/sign-in/key", operation_id="sign_in_by_key")
async def sign_in_by_key(
    request: Request,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    key: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """The session lasts no longer than the key, and ends with it."""
    refuse_foreign(request)
    settings: Settings = request.app.state.settings
    if not settings.signs_in_by_key:
        raise Problem(404, "not_found", "Signing in with a key is switched off here.")
    await counted(request, now)
    pen: Audit = request.app.state.audit
    try:
        found = await run_in_threadpool(keys.find, ours.database, key.strip(), now)
    except keys.KeyRefused as refused:
        pen.refused(request, f"key_{refused.reason}", now)
        return shown(request, language, now, next=next, status=401, fault=say(language, _BAD))
    if found.scopes is not None:
        pen.refused(request, "key_narrow", now)
        return shown(request, language, now, next=next, status=403, fault=say(language, _NARROW))
    person = await run_in_threadpool(_holder, ours, found)
    return await enter(
        request, ours, person, way="key", next=next, language=language, now=now, expires_at=found.expires_at,
        credential=f"key:{found.id}",
    )  # fmt: skip


def _holder(ours: Context, key: keys.Key) -> Person:
    """Whoever holds it, with the name from the directory where it is a person; what it may do is the key's word."""
    known = people.known(ours.database, key.subject)
    name = known.name if known else key.subject
    kind = known.kind if known else "staff"
    language = known.language if known else None
    return Person(kind=kind, id=key.subject, name=name, role=key.role, organisation=key.organisation, language=language)
