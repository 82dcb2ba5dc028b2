"""Proofs of a sender other than a bearer's key: a signature over the body, or the key as the password of Basic.

Whatever is signed twice is the same episode, so a replayed request does nothing new; where the scheme has a time, an
old request is refused all the same.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from fastapi import Request
from standardwebhooks import Webhook, WebhookVerificationError

from api.access.auth import Keyring, Principal
from api.context import Context
from api.http.problems import Problem
from api.monitoring.files import Monitor, Signature
from api.monitoring.monitors import Monitors
from api.monitoring.reading_files import Read
from domain.words import Role

OPERATIONS = {"alertmanager": "alertmanager", "report_grafana": "grafana", "report_icinga2": "icinga2",
              "report_cloudevents": "cloudevents", "report_json": "json"}  # fmt: skip
"""Operations that take another proof than a key in `Authorization: Bearer`, and the format of their monitors."""


async def proof(request: Request, ours: Context, operation: str, now: datetime) -> Principal | None:
    """Who signed the request, or holds the key that it bears as a password; None when it does neither."""
    secret = basic(request)
    if secret is not None:
        keyring: Keyring = request.app.state.keyring
        return await keyring.principal(secret, now)
    return await signed(request, ours.monitors, operation, now)


def basic(request: Request) -> str | None:
    """The password of `Authorization: Basic`, which is a key; the user's name is the sender's own business."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, found, password = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return password if found and password else None


async def signed(request: Request, monitors: Monitors, operation: str, now: datetime) -> Principal | None:
    """Whoever signed the request, when its monitor's file names secrets and it bears a signature.

    None when it bears none. A Problem (401) when it does not fit, without a word on what would have.
    """
    sort = OPERATIONS[operation]
    name = request.path_params.get("monitor") or request.query_params.get("monitor") or sort
    found = monitors.known.get(str(name))
    if found is None or found.monitor.format != sort or found.monitor.signature is None:
        return None
    how = found.monitor.signature
    given = request.headers.get("webhook-signature" if how.scheme == "standard" else how.header)
    if given is None:
        return None
    body = await request.body()
    fits = _standard(request, body, found) if how.scheme == "standard" else _grafana(request, body, found, how, now)
    if not fits:
        detail = "The signature does not fit this body, this time and this monitor's secret."
        raise Problem(401, "signature_refused", detail, headers={"WWW-Authenticate": "Bearer"})
    return _principal(found.monitor)


def _principal(monitor: Monitor) -> Principal:
    return Principal(Role.integrator, monitor.monitor, monitor.organisation)


def _standard(request: Request, body: bytes, found: Read) -> bool:
    headers = {name: request.headers[name] for name in request.headers if name.startswith("webhook-")}
    for secret in found.secrets:
        try:
            # Text, because the library signs text; a body that is none cannot have been signed by this scheme.
            Webhook(secret).verify(body.decode(), headers, json_parse=False)
        except (WebhookVerificationError, ValueError, RuntimeError):
            continue
        return True
    return False


def _grafana(request: Request, body: bytes, found: Read, how: Signature, now: datetime) -> bool:
    """Hexadecimal HMAC-SHA256 over the body, or over `time:body` where a header for the time is configured."""
    text = body
    if how.timestamp is not None:
        given = request.headers.get(how.timestamp, "")
        if not given.isascii() or not given.isdigit() or len(given) > 15:
            return False
        seconds = int(given) / 1000 if len(given) > 11 else int(given)
        if abs(now.timestamp() - seconds) > how.within.total_seconds():
            return False
        text = given.encode() + b":" + body
    signature = request.headers.get(how.header, "").strip().lower().removeprefix("sha256=").encode()
    return any(
        hmac.compare_digest(hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().encode(), signature)
        for secret in found.secrets
    )
