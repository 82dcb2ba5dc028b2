"""A load generator that costs little: one keep-alive connection per caller, requests written by hand.

The callers share two cores with what they measure; a comfortable HTTP client would take more time than the API itself.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any


class Refused(Exception):
    """An answer that is no success: its status, its headers (names in small letters) and its text."""

    def __init__(self, status: int, headers: dict[str, str], text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status
        self.headers = headers
        self.text = text


class Connection:
    """One connection to the API; one request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, key: str, body: dict[str, Any], *, once: str = "") -> Any:
        """The answer's JSON; `once` is the idempotency key. Refused when it is no success."""
        if self._streams is None or self._streams[0].at_eof():  # the server closes an idle one
            self._streams = await asyncio.open_connection(*self._place)
        reader, writer = self._streams
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {key}\r\n"
            f"{f'Idempotency-Key: {once}' if once else 'Accept: application/json'}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        writer.write(head.encode() + content)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = answer.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        text = await reader.readexactly(int(headers["content-length"]))
        status = int(first.split()[1])
        if status >= 300:
            raise Refused(status, headers, text.decode())
        return json.loads(text)

    def close(self) -> None:
        """Hangs up; the next request connects again."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
