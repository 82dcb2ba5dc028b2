"""Refusals and failures as problem documents (RFC 9457), all made here; the type is `urn:escalade:<code>`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import iter_route_contexts
from opentelemetry import trace
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

from api.audit import AUDITED, Audit
from api.engine import EngineAway, EngineBusy
from domain.errors import DomainError

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:escalade:"
RETRY_AFTER = 2  # seconds: a worker that died is back, or its tickets are with another one
TOO_LARGE = "The body is too large: 256 KiB is the limit, 4 MiB for a monitor's, an attachment's own for one."
log = logging.getLogger(__name__)

STATUS: dict[str, int] = {
    "already_acknowledged": 409,
    "already_asked": 409,
    "already_assigned": 409,
    "already_consented": 409,
    "already_taken": 409,
    "call_over": 409,
    "no_call": 409,
    "try_in_the_past": 422,
    "already_there": 409,
    "not_in_group": 409,
    "assignee_twice": 422,
    "forecast_in_the_past": 422,
    "group_twice": 422,
    "reason_for_billing_missing": 422,
    "session_in_the_past": 422,
    "unknown_means": 422,
    "already_attributed": 409,
    "already_cancelled": 409,
    "already_fixed_there": 409,
    "already_heard": 409,
    "already_waiting_for_defect": 409,
    "defect_exists": 409,
    "defect_missing": 409,
    "defect_not_fixed": 409,
    "defect_settled": 409,
    "installation_not_offered": 409,
    "no_release": 409,
    "not_waiting_for_defect": 409,
    "root_cause_missing": 422,
    "unknown_defect": 404,
    "workaround_missing": 422,
    "awaiting_consent": 409,
    "group_gone": 409,
    "idempotency_conflict": 409,
    "interval_gone": 409,
    "kind_gone": 409,
    "level_gone": 409,
    "interval_fixed": 409,
    "amount_missing": 422,
    "before_opening": 422,
    "changed_meanwhile": 409,
    "hours_used_up": 409,
    "no_quotes": 409,
    "not_worked_yet": 422,
    "not_yours_to_log": 403,
    "not_yours_to_order": 403,
    "not_yours_to_quote": 403,
    "nothing_to_quote": 409,
    "over_the_cap": 409,
    "quote_exceeded": 409,
    "quote_in_hours": 422,
    "quote_needed": 409,
    "quote_not_open": 409,
    "quote_open": 409,
    "too_many_entries": 409,
    "unknown_quote": 422,
    "unknown_work": 422,
    "not_closed": 409,
    "not_evaluated": 409,
    "nothing_asked": 409,
    "nothing_to_consent": 409,
    "nothing_promised": 409,
    "nothing_to_refuse": 409,
    "no_interruption": 409,
    "maintenance_limit": 409,
    "service_still_down": 409,
    "windows_overlap": 409,
    "window_begun": 409,
    "other_agreement": 409,
    "reopening_window_over": 409,
    "severity_gone": 409,
    "severity_unchanged": 409,
    "terms_unchanged": 409,
    "silence_not_allowed": 409,
    "ticket_archived": 409,
    "ticket_closed": 409,
    "ticket_lost": 409,
    "force_by_manager": 403,
    "not_the_representative": 403,
    "not_yours_to_consent": 403,
    "not_yours_to_refuse": 403,
    "down_in_the_future": 422,
    "not_beforehand": 422,
    "not_within_the_outage": 422,
    "promise_in_the_past": 422,
    "promise_needs_a_date": 422,
    "promise_not_tracked": 422,
    "window_not_possible": 422,
    "unknown_group": 422,
    "unknown_impact": 422,
    "unknown_interval": 422,
    "unknown_level": 422,
    "unknown_resolution": 422,
    "unknown_severity": 422,
    "unknown_programme": 422,
    "unknown_request": 422,
    "unknown_intake": 422,
    "unknown_exclusion": 422,
    "intake_unreadable": 422,
    "nothing_supplied": 422,
    "not_handled_here": 422,
    "language_not_served": 422,
    "referred": 422,
    "not_registered": 422,
    "version_not_supported": 422,
    "cover_missing": 422,
    "prerequisite_missing": 422,
    "kind_unchanged": 409,
    "intake_missing": 409,
    "not_yours_to_exclude": 403,
    "unknown_region": 422,
    "assignee_needed": 409,
}
"""A refusal of the rules: 409 when the ticket's state forbids it, 422 when the agreement does not know it."""

_WIRE_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}


class Problem(Exception):
    """An answer that is not a success. `detail` says what to do next; `more` are extension members."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


def unknown_ticket(ticket: str) -> Problem:
    """The one answer for a ticket that is not there and for one that is another organisation's."""
    return Problem(404, "unknown_ticket", f'There is no ticket "{ticket}". Check the number.')


def invalid(pointer: str, detail: str, *, code: str = "invalid", where: str = "body") -> Problem:
    """A refused value of the request, with the place it came from."""
    return Problem(422, code, detail, errors=[{"in": where, "pointer": pointer, "detail": detail}])


def install(app: FastAPI, as_page: Callable[[Request, Problem], Response | None]) -> None:
    """Makes `app` answer every failure as a problem document, or by what `as_page` makes of it."""
    app.state.as_page = as_page
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(EngineAway, _away)
    app.add_exception_handler(EngineBusy, _busy)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(NoConnection, _database_away)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _wire)
    app.add_exception_handler(Exception, _unforeseen)


def document(request: Request, problem: Problem) -> Response:
    """The response of a problem: a page for whoever waits for one in a browser, a document otherwise."""
    shown: Response | None = request.app.state.as_page(request, problem)
    # Somebody who is only led to the sign-in page was refused nothing.
    if problem.status in AUDITED and not (shown is not None and problem.status == 401):
        pen: Audit = request.app.state.audit
        at: datetime | None = getattr(request.state, "now", None)
        pen.refused(request, problem.code, at or datetime.now(UTC))
    if shown is not None:
        return shown
    body: dict[str, Any] = {
        "type": f"{TYPE}{problem.code}",
        "title": problem.code.replace("_", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
        "code": problem.code,
        **problem.more,
    }
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        body["trace_id"] = trace.format_trace_id(span.trace_id)
    key = getattr(request.state, "idempotency_key", None)
    headers = problem.headers if key is None else {**problem.headers, "Idempotency-Key": key}
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
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


async def _database_away(request: Request, error: Exception) -> Response:
    log.error("the database does not answer", exc_info=error)
    detail = "The database does not answer. Try again; nothing is done twice under the same Idempotency-Key."
    return document(request, Problem(503, "database_away", detail, headers={"Retry-After": str(RETRY_AFTER)}))


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
