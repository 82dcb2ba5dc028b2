"""What every page's header leads to: the other language, the way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from api.access.audit import Audit
from api.access.browser import Browsers, refuse_foreign, sign_out
from api.access.visitor import Visitor
from api.context import Now, Ours
from api.pages.catalogue import LANGUAGES
from api.pages.failures import SIGN_IN
from api.pages.language import COOKIE
from runtime.settings import Settings
from store import sessions

router = APIRouter(include_in_schema=False)


def within(address: str) -> str:
    """An address of ours, from what a form or a link says; the beginning for anybody else's."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if plain and not any(ord(sign) < 33 or sign == "\\" for sign in address) else "/"


@router.post("/language", operation_id="choose_language")
async def choose_language(
    request: Request, language: Annotated[str, Form(max_length=5)], next: Annotated[str, Form(max_length=500)] = "/"
) -> Response:
    """Keeps the reader's language in a cookie, whether signed in or not."""
    refuse_foreign(request)
    answer = RedirectResponse(within(next), status_code=303)
    if language in LANGUAGES:
        settings: Settings = request.app.state.settings
        answer.set_cookie(COOKIE, language, max_age=31_536_000, secure=settings.https, httponly=True, samesite="lax")
    return answer


@router.post("/sign-out", operation_id="sign_out")
async def leave(request: Request, visitor: Visitor, ours: Ours, now: Now) -> Response:
    """Ends the session here and in the database."""
    refuse_foreign(request)
    if visitor is not None and visitor.session is not None:
        await run_in_threadpool(sessions.end, ours.database, visitor.session.id, now)
        browsers: Browsers = request.app.state.browsers
        browsers.forget(request)
        pen: Audit = request.app.state.audit
        await pen.done(request, "sign_out", now, caller=visitor)
    way, _, provider = ((visitor.session.credential or "") if visitor and visitor.session else "").partition(":")
    # Whoever came by a provider is still signed in there; the page says so and leads to its sign-out.
    answer = RedirectResponse(f"{SIGN_IN}?out={provider}" if way == "oidc" else SIGN_IN, status_code=303)
    sign_out(answer, request.app.state.settings)
    return answer
