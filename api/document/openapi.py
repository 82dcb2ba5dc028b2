"""The OpenAPI document: problem documents on every operation, no key on the public ones."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.access.browser import COOKIE, HEADER
from api.access.permissions import PERMISSIONS, Row
from api.document.following import lead
from api.http.problems import MEDIA_TYPE, TYPE

DESCRIPTION = """\
Escalade keeps the promises of a support agreement. Each ticket is opened once and then driven by steps, one operation
per step; a step answers with a receipt, a refusal with a problem document (RFC 9457) that says what to do next.

Send `Idempotency-Key` with everything you post: the same key and body are told the first answer, never done twice.
"""
TAGS = [
    {"name": "tickets", "description": "Opening a ticket, and its steps."},
    {"name": "reading", "description": "Lists, one ticket, its timeline, its clocks."},
    {"name": "attachments", "description": "Files, uploaded before the step that names them."},
    {"name": "messages", "description": "What clients say by mail or telephone, and what could not be matched."},
    {"name": "outgoing", "description": "What goes out: messages and attempts, webhooks, chat, preferences."},
    {"name": "contracts", "description": "Agreements, organisations, and who you are."},
    {"name": "services", "description": "Our own services: availability and planned maintenance."},
    {"name": "monitors", "description": "Alerts that open tickets."},
    {"name": "keys", "description": "API keys: made, listed, revoked."},
    {"name": "audit", "description": "What was refused, and who came and went."},
    {"name": "health", "description": "For load balancers and operations."},
]
_SESSION = {
    "type": "apiKey",
    "in": "cookie",
    "name": COOKIE,
    "description": f"A browser's session, made by signing in. What it posts needs the header `{HEADER}`, too.",
}
_REFUSALS = {
    "400": "The body cannot be read: it is not UTF-8, or not the form that its Content-Type says.",
    "401": "No key, or one that is not good.",
    "403": "The role may not do this.",
    "404": "Not there, or not yours.",
    "409": "Not now: the ticket's state, or another body under the same Idempotency-Key.",
    "413": "The body is too large.",
    "422": "A value is not understood, or not known to the agreement.",
    "429": "Too many requests, or too many commands are on their way to this ticket; wait as `Retry-After` says.",
    "503": "The engine did not answer in time, or this server ends; send it again with the same Idempotency-Key.",
}
_CLASHING = {
    "Alerts": "AlertsTaken",  # a class with a field of its own name is none in some languages
    "store__paging__Order": "TicketOrder",
    "store__provider__Order": "WindowOrder",
    "store__attempts__Outcome": "AttemptOutcome",
    "store__mails__Outcome": "MailOutcome",
}
_OF_BODIES = ("400", "409", "413")
_BY_STATE = ("resend_message",)
"""Operations without a body that what they are about can refuse, as it stands."""
_PROOFS: dict[str, dict[str, str]] = {
    "basic": {"type": "http", "scheme": "basic", "description": "The key as the password; any user name."},
    "grafana_signature": {
        "type": "apiKey", "in": "header", "name": "X-Grafana-Alerting-Signature",
        "description": "HMAC-SHA256 with the secret of the monitor's file, over the body or `time:body`.",
    },
    "standard_webhook": {
        "type": "apiKey", "in": "header", "name": "webhook-signature",
        "description": "Standard Webhooks, with `webhook-id` and `webhook-timestamp`.",
    },
}  # fmt: skip
_PUBLIC_REFUSALS: dict[str, str] = {}
_EXAMPLE = {
    "type": f"{TYPE}already_acknowledged",
    "title": "Already acknowledged",
    "status": 409,
    "detail": "The first response was given already. Comment, or post a status update.",
    "instance": "/v1/tickets/K7M39QX24T/acknowledgement",
    "code": "already_acknowledged",
}
_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong and what to do next"},
        "instance": {"type": "string", "description": "the path that was asked"},
        "code": {"type": "string", "description": "stable; the end of `type`"},
        "trace_id": {"type": "string", "description": "to be given to operations"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "in": {"type": "string", "enum": ["body", "query", "header", "path"]},
                    "pointer": {"type": "string", "description": "JSON pointer of the value"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "examples": [_EXAMPLE],
}


def describe(app: FastAPI) -> None:
    """Gives `app` its OpenAPI document, made at the first request for it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the way FastAPI documents


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
        openapi_version="3.1.0",
    )
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _SCHEMA
    made["components"]["securitySchemes"] |= _PROOFS
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _EXAMPLE}}
    for path in made["paths"].values():
        for operation in path.values():
            public = PERMISSIONS.get(operation["operationId"], Row()).public
            operation["responses"].pop("422", None)
            if public:
                operation["security"] = []
            else:
                operation["security"] = [{"key": []}, {"session": []}]
            for status, why in (_PUBLIC_REFUSALS if public else _REFUSALS).items():
                by_state = status == "409" and operation["operationId"] in _BY_STATE
                if status not in _OF_BODIES or "requestBody" in operation or by_state:
                    operation["responses"].setdefault(status, {"description": why, "content": problem})
    _rename(made)
    made["components"].setdefault("securitySchemes", {})["session"] = _SESSION
    lead(made)
    return made


def _rename(document: dict[str, Any]) -> None:
    """Gives every schema a name that a person would give it: the framework puts modules into those that clash."""
    schemas = document["components"]["schemas"]
    names = {name: _readable(name) for name in schemas}
    assert len(set(names.values())) == len(names), f"two schemas of one name: {sorted(names.values())}"
    for name, better in names.items():
        schema = schemas.pop(name)
        if name != better:
            schema["title"] = better
        schemas[better] = schema
    _follow(document, {f"#/components/schemas/{name}": f"#/components/schemas/{to}" for name, to in names.items()})


def _readable(name: str) -> str:
    if name.startswith("Body_"):  # a form: it has no class of its own
        return "".join(part.capitalize() for part in name.removeprefix("Body_").split("_")) + "Form"
    *modules, own = name.split("__")
    return _CLASHING.get(name, (modules[-1].capitalize() if modules else "") + own)


def _follow(part: Any, moved: dict[str, str]) -> None:
    if isinstance(part, list):
        for one in part:
            _follow(one, moved)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            part["$ref"] = moved.get(part["$ref"], part["$ref"])
        for one in part.values():
            _follow(one, moved)
