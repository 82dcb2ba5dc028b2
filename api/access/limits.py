"""How large a body may be, whether its length is announced or not. The refusal is a problem document."""

from __future__ import annotations

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.answer import document
from api.http.problems import TOO_LARGE, Problem

LARGEST = 256 * 1024
"""Bytes of a request's body."""
LARGEST_OF_A_MONITOR = 4 * 1024 * 1024
"""Alertmanager does not repeat what was refused as too large, so a big group must fit."""
MONITORS = "/v1/monitors/"
UPLOADS = "/v1/attachments"
PAGES = ("/portal/", "/board/")
"""Whose forms bring files along."""
AT_ONCE = 3
"""So many files of the largest size fit into one form."""
ENVELOPE = 64 * 1024
"""What an upload has around its file: boundaries, names, the fields beside it."""


class BodyLimit:
    """Stands before everything. FastAPI's own limit (`max_body_size`) answers in plain text, so it is not used."""

    def __init__(self, app: ASGIApp, *, attachment: int = LARGEST) -> None:
        self._app = app
        self._upload = attachment + ENVELOPE
        self._form = AT_ONCE * attachment + LARGEST

    def _limit(self, path: str) -> int:
        if path == UPLOADS:
            return self._upload
        if path.startswith(PAGES):
            return self._form
        return LARGEST_OF_A_MONITOR if path.startswith(MONITORS) else LARGEST

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > limit:
            await document(Request(scope), Problem(413, "body_too_large", TOO_LARGE))(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                # The one kind of exception that FastAPI's reading of bodies lets pass; api/http/problems.py words it.
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
