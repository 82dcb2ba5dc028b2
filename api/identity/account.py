"""One's own account: where one is signed in, and the way to end it there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from api.access.audit import Audit
from api.access.auth import Caller, Principal
from api.access.browser import Browsers, sign_out
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.pages.failures import SIGN_IN
from api.pages.language import PageLanguage
from api.pages.rendering import page
from store import sessions
from store.sessions import Session

router = APIRouter(include_in_schema=False)
SessionId = Annotated[str, Path(max_length=40, pattern=r"^[0-9a-f]+$")]


@router.get("/account", operation_id="account_page")
async def account_page(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage, ended: int = 0
) -> Response:
    """The sessions that stand, this one first."""
    here = signed_in(caller)
    standing = await run_in_threadpool(_mine, ours, caller, now)
    return page(
        request,
        "identity/account.html",
        language=language,
        now=now,
        current=here,
        sessions=sorted(standing, key=lambda one: one.id != here.id),
        ended=ended,
        keys=caller.may("keys_page"),
        preferences=caller.may("preferences_page"),
    )


@router.post("/account/sessions/{id}/end", operation_id="end_session")
async def end_session(request: Request, id: SessionId, caller: Caller, ours: Ours, now: Now) -> Response:
    """Ends one of the caller's sessions; somebody else's is not there."""
    here = signed_in(caller)
    mine = await run_in_threadpool(_mine, ours, caller, now)
    if id not in {one.id for one in mine}:
        raise Problem(404, "unknown_session", "There is no such session; it has ended already.")
    await run_in_threadpool(sessions.end, ours.database, id, now)
    await _noted(request, caller, now, f"session {id}")
    return _left(request) if id == here.id else RedirectResponse("/account?ended=1", status_code=303)


@router.post("/account/sessions/end", operation_id="end_sessions")
async def end_sessions(request: Request, caller: Caller, ours: Ours, now: Now) -> Response:
    """Signs out everywhere, here too."""
    signed_in(caller)
    for one in await run_in_threadpool(_mine, ours, caller, now):
        await run_in_threadpool(sessions.end, ours.database, one.id, now)
    await _noted(request, caller, now, "every session")
    return _left(request)


def signed_in(caller: Principal) -> Session:
    """The session of a person at a page. A Problem (403) for a program with a key."""
    if caller.session is None:
        raise Problem(403, "not_signed_in", "This page is for people who are signed in; a key has no sessions.")
    return caller.session


def _mine(ours: Context, caller: Principal, now: datetime) -> list[Session]:
    # Ids of contacts and staff are free to choose: the role and the organisation tell two of the same name apart.
    same = (caller.role, caller.organisation)
    standing = sessions.of_subject(ours.database, caller.id, now)
    return [one for one in standing if (one.role, one.organisation) == same]


def _left(request: Request) -> Response:
    browsers: Browsers = request.app.state.browsers
    browsers.forget(request)
    answer = RedirectResponse(SIGN_IN, status_code=303)
    sign_out(answer, request.app.state.settings)
    return answer


async def _noted(request: Request, caller: Principal, now: datetime, about: str) -> None:
    pen: Audit = request.app.state.audit
    await pen.done(request, "sign_out", now, caller=caller, about=about)
