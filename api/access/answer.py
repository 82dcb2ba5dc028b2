"""How a refusal is answered: as a problem document or, in a browser, as a page; and audited where it must be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from opentelemetry import metrics, trace

from api.access.audit import AUDITED, Audit
from api.http.problems import MEDIA_TYPE, TYPE, Problem

_refusals = metrics.get_meter("escalade").create_counter(
    "escalade.refusals", description="Requests that were refused, by status and code"
)


def document(request: Request, problem: Problem) -> Response:
    """The response of a problem: a page for whoever waits for one in a browser, a document otherwise."""
    _refusals.add(1, {"status": problem.status, "code": problem.code})
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
