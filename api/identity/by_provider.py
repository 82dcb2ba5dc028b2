"""Signing in by an OpenID Connect provider: there with a state, back with a code, in with a checked token."""

from __future__ import annotations

import logging
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from api.access.audit import Audit
from api.context import Now, Ours
from api.http.problems import Problem
from api.identity import flow as flows
from api.identity.arrivals import Turned, arrive, vouched
from api.identity.entering import counted, enter
from api.identity.id_token import BadToken, checked
from api.identity.page import shown
from api.identity.provider_client import CodeRefused, ProviderAway, ProviderClient
from api.pages.catalogue import mark, say
from api.pages.doors import within
from api.pages.language import PageLanguage
from runtime.settings import Settings

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)
Name = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9-]+$")]
Given = Annotated[str, Query(max_length=4000)]
_AWAY = mark("The sign-in service does not answer. Try again in a moment, or sign in another way.")
_STALE = mark("This sign-in was not begun in this browser, or too long ago. Begin again.")
_REFUSED = mark("The sign-in service did not let you in, or you went back. Begin again.")
_UNTRUSTED = mark("What the sign-in service sent cannot be trusted. Tell whoever runs this system.")


@router.get("/sign-in/with/{provider}", operation_id="go_to_provider")
async def go_to_provider(
    request: Request, provider: Name, now: Now, language: PageLanguage, next: Given = "/"
) -> Response:
    """A link and not a form: the strict content policy would stop a form's way to a foreign page."""
    client, settings = _client(request, provider), _settings(request)
    try:
        metadata = await client.metadata(now)
    except ProviderAway as trouble:
        log.error("the provider %s: %s", provider, trouble)
        return shown(request, language, now, next=next, status=503, fault=say(language, _AWAY))
    flow = flows.begin(client.provider, within(next), now)
    answer = RedirectResponse(flows.address(flow, client.provider, metadata, settings, language), status_code=303)
    answer.set_cookie(
        flows.cookie_name(flow.state),
        flows.sealed(flow, settings),
        max_age=int(flows.LASTS.total_seconds()),
        path=flows.PATH,
        secure=settings.https,
        httponly=True,
        samesite="lax",  # it has to come along when the provider sends the browser back
    )
    return answer


@router.get("/sign-in/back/{provider}", operation_id="come_from_provider")
async def come_from_provider(
    request: Request,
    provider: Name,
    ours: Ours,
    now: Now,
    language: PageLanguage,
    state: Given = "",
    code: Given = "",
    error: Given = "",
    iss: Given = "",
) -> Response:
    """Ends the flow that this browser began, whichever way it ends."""
    await counted(request, now)
    client, settings = _client(request, provider), _settings(request)
    cookie = flows.cookie_name(state)
    flow = flows.opened(request.cookies.get(cookie, ""), state, provider, settings, now)
    try:
        if flow is None or (iss and iss.rstrip("/") != client.provider.issuer.rstrip("/")):
            raise Turned("stale_flow", _STALE)
        if error or not code:
            raise Turned("refused_by_provider", _REFUSED)
        claims = await _claims(client, flow, code, settings, now)
        person = await run_in_threadpool(arrive, ours.database, client.provider, claims, now)
        answer: Response = await enter(
            request, ours, person, way="oidc", next=flow.next, language=language, now=now,
            credential=f"oidc:{provider}",
        )  # fmt: skip
    except Turned as turned:
        pen: Audit = request.app.state.audit
        pen.refused(request, turned.code, now)
        answer = shown(
            request, language, now, next=flow.next if flow else "/", status=403, fault=say(language, turned.sentence)
        )
    except ProviderAway as trouble:
        log.error("the provider %s: %s", provider, trouble)
        answer = shown(request, language, now, next=flow.next if flow else "/", status=503, fault=say(language, _AWAY))
    answer.delete_cookie(cookie, path=flows.PATH, secure=settings.https, httponly=True, samesite="lax")
    return answer


async def _claims(client: ProviderClient, flow: flows.Flow, code: str, settings: Settings, now: Now) -> dict[str, Any]:
    """The checked claims, with those of userinfo where the token lacks some. The tokens are not kept."""
    provider = client.provider
    try:
        tokens = await client.exchange(code, flow.verifier, flows.redirect_uri(provider, settings), now)
    except CodeRefused:
        raise Turned("code_refused", _REFUSED) from None
    try:
        claims = await _checked(client, str(tokens.get("id_token", "")), flow, now)
    except BadToken as bad:
        log.warning("an ID token of %s is not good: %s", provider.name, bad)
        raise Turned("bad_token", _UNTRUSTED) from None
    who = vouched(provider, claims)
    if not who.groups or who.email is None or "name" not in claims:
        more = await client.userinfo(str(tokens.get("access_token", "")), now)
        if more and more.get("sub") != claims["sub"]:
            raise Turned("bad_userinfo", _UNTRUSTED)
        claims = {**more, **claims}
    return claims


async def _checked(client: ProviderClient, token: str, flow: flows.Flow, now: Now) -> dict[str, Any]:
    provider = client.provider
    for again in (False, True):
        try:
            return checked(
                token, await client.keys(now, again=again), issuer=provider.issuer, client_id=provider.client_id,
                nonce=flow.nonce, now=now,
            )  # fmt: skip
        except BadToken:
            if again:
                raise
            # It may be signed with a key that is newer than those we have.
    raise AssertionError("unreachable")


@router.get("/sign-out/at/{provider}", operation_id="leave_provider")
async def leave_provider(request: Request, provider: Name, now: Now) -> Response:
    """To the provider's own sign-out, where it has one, and back to our sign-in page."""
    client, settings = _client(request, provider), _settings(request)
    back = f"{settings.pages_url}/sign-in"
    try:
        endpoint = str((await client.metadata(now)).get("end_session_endpoint") or "")
    except ProviderAway:
        endpoint = ""
    if not endpoint:
        return RedirectResponse("/sign-in", status_code=303)
    asked = urlencode({"client_id": client.provider.client_id, "post_logout_redirect_uri": back})
    return RedirectResponse(f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}", status_code=303)


def _client(request: Request, name: str) -> ProviderClient:
    clients: dict[str, ProviderClient] = request.app.state.providers
    if name not in clients:
        raise Problem(404, "not_found", "There is no such way to sign in here.")
    return clients[name]


def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found
