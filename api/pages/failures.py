"""A refusal that a person reads: the problem document's words on a page, for a browser that asked for one."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.http.problems import Problem
from api.pages.catalogue import LANGUAGES
from api.pages.language import COOKIE
from api.pages.refusals import refused_in_words
from api.pages.rendering import page

SIGN_IN = "/sign-in"
_MACHINES = ("/v1/", "/health/", "/openapi.json", "/static/")


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith(_MACHINES) and "text/html" in request.headers.get("Accept", "")


def failure_page(request: Request, problem: Problem) -> Response | None:
    """For somebody at a browser: the way to the sign-in, or the refusal with what to do next. None for machines."""
    if not _wants_page(request):
        return None
    if problem.status == 401:
        return _to_sign_in(request)
    chosen = request.cookies.get(COOKIE, "")
    session = getattr(getattr(request.state, "principal", None), "session", None)
    language = chosen if chosen in LANGUAGES else session.language if session else "en"
    language = language if language in LANGUAGES else "en"
    headers = {name: value for name, value in problem.headers.items() if name == "Retry-After"}
    return page(
        request,
        "error.html",
        language=language,
        now=datetime.now(UTC),  # the request's own clock is out of reach here, and the page tells no instant
        status=problem.status,
        headers=headers,
        problem=problem,
        detail=refused_in_words(problem.code, problem.detail, language),
    )


def _to_sign_in(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    # What was posted cannot be sent again by a redirect: the reader comes back to the page it was on.
    if request.method != "GET":
        here = request.headers.get("HX-Current-URL", "") or request.url.path
        here = "/" + here.split("/", 3)[-1] if "://" in here else here
    address = f"{SIGN_IN}?next={quote(here, safe='/')}"
    if request.headers.get("HX-Request"):
        return Response(status_code=200, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
