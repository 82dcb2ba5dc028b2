"""The board's stream of server-sent events: what changed, and what time it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.access.auth import Caller, Principal
from api.access.browser import Browsers
from api.board.asking import MyTeam, View, concerns
from api.board.feed import Feed, Told
from api.context import Ours
from api.http.problems import Problem
from store.board import Team

router = APIRouter(include_in_schema=False)
ASKS_AGAIN_AFTER = 5.0
"""Seconds after which the session is looked at again, and the time is told: a sign-out ends the stream so soon."""
MEDIA_TYPE = "text/event-stream"


@router.get("/board/stream", operation_id="board_stream", response_class=EventSourceResponse)
async def stream(
    request: Request,
    caller: Caller,
    ours: Ours,
    team: MyTeam,
    view: View = View.everything,
    since: Annotated[datetime | None, Query()] = None,
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=40)] = None,
) -> EventSourceResponse:
    """Events `changed` (a list of tickets; `here`: it may be new in the view), `reload` and `time`.

    The id of an event is the instant up to which everything has been told; a browser that comes back sends it.
    """
    if MEDIA_TYPE not in request.headers.get("Accept", ""):
        raise Problem(406, "not_acceptable", f"This is a stream; ask for it with the header Accept: {MEDIA_TYPE}.")
    feed: Feed = request.app.state.feed
    if feed.full_for(caller.id):
        detail = "So many boards are open already that this one is not told of changes. Close some of them."
        raise Problem(429, "too_many_streams", detail, headers={"Retry-After": "60"})
    events = _events(request, feed, caller, team, view, _instant(last) or since, ours.clock)
    return EventSourceResponse(events, ping=60, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _instant(last: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(last or "")
    except ValueError:
        return None
    return found if found.tzinfo else None


async def _events(
    request: Request,
    feed: Feed,
    caller: Principal,
    team: Team | None,
    view: View,
    since: datetime | None,
    clock: Callable[[], Awaitable[datetime]],
) -> AsyncIterator[ServerSentEvent]:
    async with feed.listening(since, caller.id) as told:
        yield ServerSentEvent(event="time", data=(await clock()).isoformat(), retry=1_000)
        waiting = asyncio.ensure_future(_next(told))
        try:
            while True:
                looks_at = asyncio.get_running_loop().time() + ASKS_AGAIN_AFTER
                while (left := looks_at - asyncio.get_running_loop().time()) > 0:
                    done, _ = await asyncio.wait({waiting}, timeout=left)
                    if done:
                        event = told_to(caller, waiting.result(), team, view)
                        if event is not None:
                            yield event
                        waiting = asyncio.ensure_future(_next(told))
                at = await clock()
                if not await _still_there(request, caller, at):
                    yield ServerSentEvent(event="ended", data="")
                    return
                yield ServerSentEvent(event="time", data=at.isoformat())
        finally:
            waiting.cancel()


async def _next(told: AsyncIterator[Told]) -> Told:
    return await anext(told)


def told_to(caller: Principal, changes: Told, team: Team | None, view: View) -> ServerSentEvent | None:
    """The event for this caller; None when all of it is about what it does not reach: not even that it happened."""
    if changes is None:
        return ServerSentEvent(event="reload", data="")
    seen = [one for one in changes if caller.reaches(one.organisation)]
    if not seen:
        return None
    told: list[dict[str, Any]] = [
        {"ticket": one.id, "version": one.version, "here": concerns(one, view, caller.id, team)} for one in seen
    ]
    return ServerSentEvent(
        event="changed", id=max(one.at for one in seen).isoformat(), data=json.dumps(told, separators=(",", ":"))
    )


async def _still_there(request: Request, caller: Principal, at: datetime) -> bool:
    """Whether whoever opened the stream may still read it."""
    browsers: Browsers = request.app.state.browsers
    return caller.session is None or await browsers.session(request, at) is not None
