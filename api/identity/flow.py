"""A sign-in on its way to a provider and back: what the browser carries meanwhile, and where it goes."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ValidationError

from api.identity.providers import Provider
from runtime.secret import secret_key
from runtime.settings import Settings

LASTS = timedelta(minutes=10)
PURPOSE = "sign-in flow"
PREFIX = "escalade_flow_"
PATH = "/sign-in/back"


class Flow(BaseModel):
    """What has to fit when the browser comes back. `verifier` proves to the provider that the code is ours."""

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    until: datetime


def begin(provider: Provider, next: str, now: datetime) -> Flow:
    """A new flow; each value is new, so that nothing of another one fits."""
    return Flow(
        provider=provider.name,
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        next=next,
        until=now + LASTS,
    )


def cookie_name(state: str) -> str:
    """A cookie for each flow: two tabs may sign in at once."""
    return PREFIX + "".join(sign for sign in state[:12] if sign.isalnum())


def sealed(flow: Flow, settings: Settings) -> str:
    """The flow as its cookie: nobody but us can read or make it, in whichever API process it comes back."""
    plain = flow.model_dump_json().encode()
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, plain, _key(settings))


def opened(cookie: str, state: str, provider: str, settings: Settings, now: datetime) -> Flow | None:
    """The flow that comes back; None when the cookie is not ours, too old, of another state or provider."""
    try:
        plain = jwe.decrypt_compact(cookie, _key(settings)).plaintext
        flow = Flow.model_validate(json.loads(plain or b""))
    except (JoseError, ValidationError, ValueError):
        return None
    fits = secrets.compare_digest(flow.state.encode(), state.encode()) and flow.provider == provider
    return flow if fits and now < flow.until else None


def redirect_uri(provider: Provider, settings: Settings) -> str:
    """Where the provider sends the browser back to; each provider has its own, so none can pass for another."""
    return f"{settings.pages_url}{PATH}/{provider.name}"


def address(flow: Flow, provider: Provider, metadata: dict[str, Any], settings: Settings, language: str) -> str:
    """The provider's page, with what it needs to know."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri(provider, settings),
        "scope": provider.scopes,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": create_s256_code_challenge(flow.verifier),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    endpoint = str(metadata["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def _key(settings: Settings) -> OctKey:
    return OctKey.import_key(secret_key(settings, PURPOSE))
