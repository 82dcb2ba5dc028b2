"""Refusals as problem documents (RFC 9457), all made here; the type is `urn:escalade:<code>`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:escalade:"
RETRY_AFTER = 2  # seconds: a worker that died is back, or its tickets are with another one
TOO_LARGE = "The body is too large: 256 KiB is the limit, 4 MiB for a monitor's, an attachment's own for one."


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
