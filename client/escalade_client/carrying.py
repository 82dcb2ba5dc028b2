"""How a request is carried: with a key of its own, again when nobody answered, and a refusal is raised."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import httpx

from .refused import Refused

AGAIN = (429, 502, 503, 504)
LONGEST = 60.0
"""Seconds that are waited at most before another attempt, whatever the answer asks for."""


class Carrying(httpx.BaseTransport):
    """Sends through `under`, at most `attempts` times.

    Whatever changes something carries an `Idempotency-Key`, the same each time, so that an answer that was lost does
    not become a second ticket. `wait` is told the seconds between two attempts.
    """

    def __init__(
        self, under: httpx.BaseTransport, *, attempts: int = 5, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._under = under
        self._attempts = attempts
        self._wait = wait

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET" and "Idempotency-Key" not in request.headers:
            request.headers["Idempotency-Key"] = str(uuid.uuid4())
        for attempt in range(1, self._attempts + 1):
            last = attempt == self._attempts
            try:
                response = self._under.handle_request(request)
            except httpx.TransportError:
                if last:
                    raise
                self._wait(_pause(attempt, None))
                continue
            if response.status_code not in AGAIN or last:
                break
            asked = response.headers.get("Retry-After")
            response.close()
            self._wait(_pause(attempt, asked))
        if response.status_code >= 400:
            response.read()
            response.request = request
            raise Refused.of(response)
        return response

    def close(self) -> None:
        self._under.close()


def _pause(attempt: int, asked: str | None) -> float:
    """As long as the answer asked for; otherwise longer each time."""
    if asked is not None and asked.isdigit():
        return min(float(asked), LONGEST)
    return min(0.5 * 2.0 ** (attempt - 1), LONGEST)
