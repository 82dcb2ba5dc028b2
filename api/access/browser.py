"""Who is signed in with a browser: the session's cookie becomes a principal, and what it posts must come from our page.

Two things hold off a foreign page that has the browser post: the browser's own word on where a request comes from
(`Sec-Fetch-Site`, `Origin`), and a token of the session that only our pages know.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from api.http.problems import Problem
from runtime.settings import Settings
from store import sessions
from store.database import Database
from store.sessions import Session

COOKIE = "escalade_session"
FIELD = "csrf"
HEADER = "X-CSRF-Token"
SAFE = ("GET", "HEAD", "OPTIONS")
TRUSTED_FOR = timedelta(seconds=3)
"""A session that stood is not looked up again for so long: a sign-out elsewhere takes this time to be felt."""
REMEMBERED = 10_000
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Browsers:
    """Sessions that were found standing a moment ago, by their secret's cookie."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[datetime, Session]] = {}

    async def session(self, request: Request, now: datetime) -> Session | None:
        """The session of the request's cookie; None without one, or when it no longer stands."""
        secret = request.cookies.get(COOKIE)
        if not secret:
            return None
        known = self._known.get(secret)
        if known and now < known[0]:
            return known[1]
        found = await run_in_threadpool(sessions.find, self._database, secret, now)
        if found is None:
            self._known.pop(secret, None)
            return None
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[secret] = (min(now + TRUSTED_FOR, found.expires_at), found)
        return found

    def forget(self, request: Request) -> None:
        """Looks the request's session up again next time: it was ended here."""
        self._known.pop(request.cookies.get(COOKIE, ""), None)


async def check_origin(request: Request, session: Session) -> None:
    """Refuses what a foreign page had the browser send. A Problem (403)."""
    if request.method in SAFE:
        return
    refuse_foreign(request)
    given = request.headers.get(HEADER) or await _field(request)
    if not hmac.compare_digest(given.encode(), session.csrf.encode()):
        raise Problem(
            403, "page_too_old", "This page is from another session, or too old. Load it again, then send it again."
        )


def refuse_foreign(request: Request) -> None:
    """Refuses a request that the browser itself says comes from elsewhere. A Problem (403)."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in (None, "same-origin", "none")
    if origin is not None and site is None:
        foreign = urlsplit(origin).netloc != request.headers.get("Host", "")
    if foreign:
        raise Problem(403, "foreign_page", "This was sent by a page that is not ours. Do it on our page.")


async def _field(request: Request) -> str:
    if not request.headers.get("Content-Type", "").startswith(_FORMS):
        return ""
    value = (await request.form()).get(FIELD)
    return value if isinstance(value, str) else ""


def sign_in(response: Response, secret: str, session: Session, settings: Settings) -> None:
    """Gives the browser its session, out of reach of scripts and of foreign pages."""
    response.set_cookie(
        COOKIE,
        secret,
        # By age and not by instant: the browser's clock may go wrong.
        max_age=int((session.expires_at - session.created_at).total_seconds()),
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",  # not "strict": the link in a mail must lead to the page, not to the sign-in
    )


def sign_out(response: Response, settings: Settings) -> None:
    """Takes the session from the browser."""
    response.delete_cookie(COOKIE, path="/", secure=settings.https, httponly=True, samesite="lax")
