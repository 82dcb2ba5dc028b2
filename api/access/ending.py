"""What a request is told when its process ends before it has an answer."""

from __future__ import annotations

import asyncio

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.answer import document
from api.http.problems import RETRY_AFTER, Problem


class Ending:
    """A request that a process cuts off at its own end gets a refusal that says what to do, and no bare 500.

    The server lets requests finish for a while when it is told to stop, and then cancels what is left. What has begun
    to answer (a live page's stream) just ends, as on any lost connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def seen(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, seen)
        except asyncio.CancelledError:
            if begun:
                raise
            # Nobody waits for this task any longer but the connection itself, so the cancelling ends here.
            detail = "This server is ending. Try again; nothing is done twice under the same Idempotency-Key."
            problem = Problem(503, "server_ending", detail, headers={"Retry-After": str(RETRY_AFTER)})
            await document(Request(scope), problem)(scope, receive, send)
