"""The one place where a browser's session begins, whichever way somebody showed who it is."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from api.access.audit import Audit
from api.access.auth import Principal
from api.access.browser import COOKIE, Browsers, sign_in
from api.access.rates import Rates
from api.context import Context
from api.http.origin import network
from api.pages.catalogue import LANGUAGES
from api.pages.doors import within
from api.pages.navigation import home
from runtime.settings import Settings
from store import sessions
from store.people import Person


async def enter(
    request: Request,
    ours: Context,
    person: Person,
    *,
    way: sessions.Way,
    next: str,
    language: str,
    now: datetime,
    expires_at: datetime | None = None,
    credential: str | None = None,
) -> RedirectResponse:
    """A new session for that person, and the way to where it wanted to go, or to its home.

    Never the session that the browser had: whoever planted one in it would be signed in too. That one ends.
    """
    lasts = min(sessions.LASTS, expires_at - now) if expires_at else sessions.LASTS

    def begin() -> tuple[str, sessions.Session]:
        old = sessions.find(ours.database, request.cookies.get(COOKIE, ""), now)
        if old is not None:
            sessions.end(ours.database, old.id, now)
        return sessions.begin(
            ours.database,
            subject=person.id,
            role=person.role,
            organisation=person.organisation,
            name=person.name,
            language=person.language if person.language in LANGUAGES else language,
            way=way,
            now=now,
            lasts=lasts,
            credential=credential,
        )

    secret, session = await run_in_threadpool(begin)
    browsers: Browsers = request.app.state.browsers
    browsers.forget(request)
    caller = Principal(session.role, session.subject, session.organisation, session)
    wanted = within(next)
    answer = RedirectResponse(home(caller) if wanted == "/" else wanted, status_code=303)
    pen: Audit = request.app.state.audit
    await pen.done(request, "sign_in", now, caller=caller, about=way)
    sign_in(answer, secret, session, request.app.state.settings)
    return answer


async def counted(request: Request, now: datetime) -> None:
    """Counts an attempt to sign in from the caller's network. A Problem (429) for one too many."""
    settings: Settings = request.app.state.settings
    rates: Rates = request.app.state.rates
    request.state.now = now
    await rates.attempt("sign-ins", network(request), settings.rate_sign_ins, now)
