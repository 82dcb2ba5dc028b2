"""Signing in by a link in a mail: asked for by address, shown by the link, done by the button.

Whoever asks is told the same whether the address is known or not, and as fast: what differs happens after the answer.
Opening the link does nothing, for mail scanners open every link; the button takes it, and SQL lets one take it.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Form, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from api.access.audit import Audit
from api.access.browser import refuse_foreign
from api.access.rates import Rates
from api.context import Context, Now, Ours
from api.engine.tickets import EngineAway
from api.http.problems import Problem
from api.identity.entering import counted, enter
from api.pages.doors import within
from api.pages.language import PageLanguage
from api.pages.rendering import page
from domain.messages import Message, Recipient
from runtime.links import link_secret
from runtime.settings import Settings
from store import identities, outbox, people, sign_in_links
from store.people import Person

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)
COOKIE = "escalade_asked"
"""Tells the browser that asked for a link from another one to which somebody may have sent it on."""
TEMPLATE = "sign_in_link"
ZONE = "Europe/Paris"
Secret = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
Next = Annotated[str, Form(max_length=500)]


@router.post("/sign-in/link", operation_id="ask_for_link")
async def ask_for_link(
    request: Request,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    later: BackgroundTasks,
    email: Annotated[str, Form(max_length=250)] = "",
    next: Next = "/",
) -> Response:
    """Sends a link to everybody with this address, after the answer."""
    refuse_foreign(request)
    settings: Settings = request.app.state.settings
    if not settings.sign_in_links:
        raise Problem(404, "not_found", "Sign-in links are switched off here.")
    await counted(request, now)
    browser = request.cookies.get(COOKIE, "") or secrets.token_urlsafe(24)
    if "@" in email:
        rates: Rates = request.app.state.rates
        later.add_task(send, ours, settings, rates, email, browser, within(next), language, now)
    answer = RedirectResponse(f"/sign-in?sent=1&next={quote(within(next), safe='/')}", status_code=303)
    answer.set_cookie(
        COOKIE,
        browser,
        max_age=int(sign_in_links.LASTS.total_seconds()),
        path="/sign-in",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )
    answer.background = later
    return answer


async def send(
    ours: Context,
    settings: Settings,
    rates: Rates,
    email: str,
    browser: str,
    next: str,
    language: str,
    now: datetime,
) -> None:
    """Puts a link for each person of that address in line; says nothing where there is none, or were too many."""
    try:
        await rates.attempt("links", email.strip().lower(), settings.rate_links, now)
    except Problem:
        log.warning("too many sign-in links were asked for one address")
        return
    if not await run_in_threadpool(_put, ours, settings, email, browser, next, language, now):
        return
    try:
        await ours.engine.wake_delivery()
    except EngineAway:
        log.warning("a sign-in mail waits in the outbox: the engine does not answer")


def _put(ours: Context, settings: Settings, email: str, browser: str, next: str, language: str, now: datetime) -> bool:
    # Whoever came by a provider comes by the provider only: what it takes away, a mailbox must not give back.
    found = [one for one in people.at_address(ours.database, email) if not identities.of_subject(ours.database, one.id)]
    for person in found:
        id = sign_in_links.new_id()
        secret = link_secret(settings, id)
        with ours.database.begin() as connection:
            link = sign_in_links.add(
                connection, id=id, secret=secret, kind=person.kind, subject=person.id, browser=browser, next=next,
                now=now,
            )  # fmt: skip
            outbox.add(connection, [message(link, person, language)], now)
    return bool(found)


def message(link: sign_in_links.Link, person: Person, language: str) -> Message:
    """The mail's facts. Not the secret: delivery makes it again from the id (`runtime.links`)."""
    return Message(
        key=f"sign_in:{link.id}:{TEMPLATE}:{person.id}",
        sequence=0,
        to=Recipient(kind="contact" if person.kind == "contact" else "staff", id=person.id),
        template=TEMPLATE,
        language=person.language or language,
        data={"link": link.id, "until": link.expires_at.isoformat(), "zone": ZONE, "subject": "Escalade"},
    )


@router.get("/sign-in/link/{secret}", operation_id="show_link")
async def show_link(request: Request, secret: Secret, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Whom the link would sign in, and the button. Nothing is taken."""
    return await _page(request, secret, ours, now, language)


@router.post("/sign-in/link/{secret}", operation_id="sign_in_by_link")
async def sign_in_by_link(
    request: Request,
    secret: Secret,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    confirmed: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Signs in once. In a browser that did not ask for it, it has to be confirmed who that is."""
    refuse_foreign(request)
    await counted(request, now)
    link = await run_in_threadpool(sign_in_links.find, ours.database, secret, now)
    if link is None or not (_asked_here(request, link) or confirmed):
        return await _page(request, secret, ours, now, language, unconfirmed=link is not None)
    person = await run_in_threadpool(people.find, ours.database, link.kind, link.subject)
    if person is None or not await run_in_threadpool(sign_in_links.use, ours.database, secret, now):
        pen: Audit = request.app.state.audit
        pen.refused(request, "link_spent", now)
        return await _page(request, secret, ours, now, language)
    answer = await enter(request, ours, person, way="link", next=link.next, language=language, now=now)
    answer.delete_cookie(COOKIE, path="/sign-in")
    return answer


def _asked_here(request: Request, link: sign_in_links.Link) -> bool:
    if link.browser is None:
        return True  # handed over by whoever runs the system: its button is the confirmation
    asked = request.cookies.get(COOKIE, "")
    return bool(asked) and secrets.compare_digest(sign_in_links.hashed(asked), link.browser)


async def _page(
    request: Request, secret: str, ours: Context, now: datetime, language: str, *, unconfirmed: bool = False
) -> Response:
    link = await run_in_threadpool(sign_in_links.find, ours.database, secret, now)
    person = await run_in_threadpool(people.find, ours.database, link.kind, link.subject) if link else None
    return page(
        request,
        "identity/link.html",
        language=language,
        now=now,
        status=410 if person is None else 422 if unconfirmed else 200,
        person=person,
        asked_here=link is not None and _asked_here(request, link),
        unconfirmed=unconfirmed,
        address=f"/sign-in/link/{secret}",
    )
