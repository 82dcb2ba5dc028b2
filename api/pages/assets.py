"""The style sheets and scripts of the pages: vendored, named with a digest of what they hold, cached for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
ADDRESS = "/static"

VENDORED = {
    "htmx.min.js": ("htmx.org", "4.0.1", "dist/htmx.min.js"),
    "hx-sse.min.js": ("htmx.org", "4.0.1", "dist/ext/hx-sse.min.js"),
    "pico.min.css": ("@picocss/pico", "2.1.1", "css/pico.min.css"),
}
"""Files of others, as npm has them: package, version, path in it. They are never edited; a test holds their digests."""


@cache
def asset(name: str) -> str:
    """The address of a file of ours, another one whenever the file is another one."""
    return f"{ADDRESS}/{name}?v={hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]}"


class _Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        query: bytes = scope.get("query_string", b"")
        # Only the address with the digest is for good: without it nobody could be told of a new version.
        keep = "public, max-age=31536000, immutable" if query.startswith(b"v=") else "no-cache"
        answer.headers["Cache-Control"] = keep
        return answer


def install(app: FastAPI) -> None:
    """Serves the files; nobody needs to be signed in to see a style sheet."""
    app.mount(ADDRESS, _Files(directory=FOLDER), name="static")
    app.router.routes.append(Route("/favicon.ico", _icon, include_in_schema=False))


async def _icon(request: Request) -> Response:
    """What a browser asks for by itself beside a page that names no icon: a picture, a paper, the documentation."""
    return FileResponse(FOLDER / "favicon.ico", headers={"Cache-Control": "public, max-age=86400"})
