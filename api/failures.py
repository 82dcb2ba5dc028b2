"""Whatever fails is answered as a problem document (RFC 9457), audited where it must be, and never with a bare 500."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

from api.access.answer import document
from api.engine.tickets import EngineAway, EngineBusy
from api.http.idempotency import read_ticket_id
from api.http.problems import RETRY_AFTER, TOO_LARGE, Problem, unknown_ticket
from api.http.refusal_codes import STATUS
from domain.errors import DomainError
from runtime.codec import PayloadSealed

log = logging.getLogger(__name__)

_READ_ONLY = "25006"
"""PostgreSQL's own code for a transaction that may not write."""

_WIRE_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}


def install(app: FastAPI, as_page: Callable[[Request, Problem], Response | None]) -> None:
    """Makes `app` answer every failure as a problem document, or by what `as_page` makes of it."""
    app.state.as_page = as_page
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(EngineAway, _away)
    app.add_exception_handler(EngineBusy, _busy)
    app.add_exception_handler(PayloadSealed, _sealed)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(InternalError, _refusing_writes)
    app.add_exception_handler(NoConnection, _database_away)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _wire)
    app.add_exception_handler(Exception, _unforeseen)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    asked = request.path_params.get("id", "")
    if error.code == "unknown_ticket" and (read := read_ticket_id(asked)) and f'"{read}"' in error.detail:
        error = unknown_ticket(asked)  # as it was asked for: letters that are misread were put right meanwhile
    return document(request, error)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return document(request, Problem(STATUS.get(error.code, 409), error.code, error.message))


async def _away(request: Request, error: Exception) -> Response:
    key = getattr(request.state, "idempotency_key", None)
    again = f" Send the same request again with the header Idempotency-Key: {key}" if key else " Try again"
    detail = f"The engine did not answer in time ({error}).{again}; nothing is done twice."
    return document(request, Problem(503, "engine_away", detail, headers={"Retry-After": str(RETRY_AFTER)}))


async def _busy(request: Request, error: Exception) -> Response:
    detail = (
        "Too many commands are on their way to this ticket. Wait, then send it again with the same Idempotency-Key."
    )
    return document(request, Problem(429, "too_many_commands", detail, headers={"Retry-After": "1"}))


async def _sealed(request: Request, error: Exception) -> Response:
    log.error("what the engine holds cannot be opened: %s", error)
    detail = "What the engine holds cannot be opened with our keys. Operations must put a key back; nothing is lost."
    return document(request, Problem(503, "payload_sealed", detail, headers={"Retry-After": str(RETRY_AFTER)}))


async def _database_away(request: Request, error: Exception) -> Response:
    log.error("the database does not answer", exc_info=error)
    detail = "The database does not answer. Try again; nothing is done twice under the same Idempotency-Key."
    return document(request, Problem(503, "database_away", detail, headers={"Retry-After": str(RETRY_AFTER)}))


async def _refusing_writes(request: Request, error: Exception) -> Response:
    """A standby, or a server that an operator has set to read only, is away for who writes; else it is our fault."""
    assert isinstance(error, InternalError)
    if getattr(error.orig, "sqlstate", None) == _READ_ONLY:
        return await _database_away(request, error)
    return await _unforeseen(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_fault(fault) for fault in error.errors()]
    detail = "The request cannot be understood: " + "; ".join(
        f"{fault['pointer'] or fault['in']}: {fault['detail']}" for fault in faults[:5]
    )
    return document(request, Problem(422, "invalid", detail, errors=faults))


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    place: Sequence[str | int] = fault["loc"]
    if fault["type"] == "json_invalid":
        return {"in": "body", "pointer": "", "detail": f"is not JSON: {fault['ctx']['error']}"}
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place[1:])
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        message = "is not known here; leave it out or check its spelling"
    return {"in": str(place[0]) if place else "body", "pointer": pointer, "detail": message}


async def _wire(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _WIRE_CODES.get(error.status_code, "refused")
    detail = {
        400: "The body cannot be read: send UTF-8, in the form that its Content-Type says.",
        404: "There is nothing at this address; GET / lists what there is.",
        413: TOO_LARGE,
    }.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
        detail = f"This address takes {headers['Allow']}, not {request.method}."
    return document(request, Problem(error.status_code, code, detail, headers=headers))


def _methods(request: Request) -> list[str]:
    """Every method of the address. The framework names those of the first route that it finds there only."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.methods and route.path_regex.match(request.url.path):
            found |= route.methods
    return sorted(found)


async def _unforeseen(request: Request, error: Exception) -> Response:
    # The error itself goes to the log, never to the caller: it may name addresses, statements or people.
    log.error("unforeseen error at %s %s", request.method, request.scope.get("route"), exc_info=error)
    return document(request, Problem(500, "internal_error", "Something went wrong on our side; it has been logged."))
