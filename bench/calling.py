"""A load generator that costs little: one keep-alive connection per caller, requests written by hand.

The callers share two cores with what they measure; a comfortable HTTP client would take more time than the API itself.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any


class Refused(Exception):
    """An answer that is no success."""


class Connection:
    """One connection to the API; one request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, key: str, body: dict[str, Any]) -> Any:
        """The answer's JSON. Refused with its status and text when it is no success."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._place)
        reader, writer = self._streams
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        writer.write(head.encode() + content)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[15:]) for line in answer.lower().split("\r\n") if line.startswith("content-length:"))
        text = await reader.readexactly(length)
        if not answer.startswith("HTTP/1.1 2"):
            raise Refused(f"{answer.splitlines()[0]}: {text.decode()}")
        return json.loads(text)

    def close(self) -> None:
        """Hangs up; the next request connects again."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
