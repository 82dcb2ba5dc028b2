"""What every page of a list says of the next one."""

from __future__ import annotations

from fastapi import Request, Response


def following(request: Request, response: Response, cursor: str | None) -> None:
    """The header `Link` (RFC 8288) to the page that begins at `cursor`; none after the last."""
    if cursor is not None:
        url = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
