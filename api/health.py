"""Whether the process lives, whether it can do its work, and where everything is."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api.access.visitor import Visitor
from api.context import Context, Now, Ours
from api.engine.tickets import Check, EngineAway
from api.pages import navigation
from api.pages.failures import SIGN_IN
from api.shapes import example
from store import vital

log = logging.getLogger(__name__)
FULL = (
    "the disk under the database is full: what is accepted is kept by the engine, recorded when there is room, and not "
    "shown before"
)
router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """It answers."""

    model_config = example(ok=True)

    ok: bool = True


class CheckView(BaseModel):
    """One thing that must be well, and what was found."""

    ok: bool
    detail: str


class Readiness(BaseModel):
    """`ok` when every check is: commands are taken. `warnings`: what is wrong all the same, for people."""

    model_config = example(
        ok=True,
        checks={
            "engine": {"ok": True, "detail": "namespace default"},
            "worker": {"ok": True, "detail": "1 polling the queue escalade"},
            "database": {"ok": True, "detail": "answers"},
        },
        warnings=[],
    )

    ok: bool
    checks: dict[str, CheckView]
    warnings: list[str] = []


class Home(BaseModel):
    """Where to go on."""

    model_config = example(
        name="Escalade", documentation="/docs", openapi="/openapi.json", tickets="/v1/tickets", me="/v1/me",
        ready="/health/ready",
    )  # fmt: skip

    name: str = "Escalade"
    documentation: str = "/docs"
    openapi: str = "/openapi.json"
    tickets: str = "/v1/tickets"
    me: str = "/v1/me"
    ready: str = "/health/ready"


@router.get("/", operation_id="home", summary="Where everything is", response_model=Home)
async def home(request: Request, visitor: Visitor) -> Home | Response:
    """Addresses to start from; somebody at a browser is led to the page to begin with."""
    if "text/html" not in request.headers.get("Accept", ""):
        return Home()
    return RedirectResponse(navigation.home(visitor) if visitor else SIGN_IN, status_code=303)


@router.get("/health/live", operation_id="live", summary="Whether the process lives")
async def live() -> Alive:
    """Restart the process when this does not answer; nothing else is looked at."""
    return Alive()


@router.get(
    "/health/ready",
    operation_id="ready",
    summary="Whether commands would be taken",
    responses={503: {"model": Readiness, "description": "Something needed is away; `checks` says what."}},
)
async def ready(ours: Ours, now: Now, response: Response) -> Readiness:
    """Engine, a worker that polls, database: send requests here only while all three are well."""
    try:
        checks = await ours.engine.checks(now)
    except EngineAway as away:
        checks = {"engine": Check(False, str(away)), "worker": Check(False, "unknown while the engine is away")}
    checks["database"] = await run_in_threadpool(_database, ours)
    full = checks["database"].detail == FULL
    well = all(check.ok for check in checks.values())
    if not well:
        response.status_code = 503
    return Readiness(
        ok=well,
        checks={name: CheckView(ok=check.ok, detail=check.detail) for name, check in checks.items()},
        warnings=[FULL] if full else [],
    )


def _database(ours: Context) -> Check:
    try:
        ours.database.ping()
        vital.try_room(ours.database)
    except vital.NoRoom:
        return Check(True, FULL)  # commands are taken, and pages read: nobody would be served better elsewhere
    except Exception as error:  # whatever is wrong with it, it is not ready
        log.warning("the database does not answer", exc_info=error)
        return Check(False, f"does not answer, or its schema is missing ({type(error).__name__})")
    return Check(True, "answers")
