"""A real HTTP (or, with a context, HTTPS) server in the test's own event loop: it keeps what it gets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class HttpSink:
    """`calls` in order. `answer` gives status, headers and body; `silent` never answers."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.calls: list[Call] = []
        self.answer: Callable[[Call], tuple[int, dict[str, str], bytes]] = lambda call: (204, {}, b"")
        self.silent = False
        self.port = 0
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=escalade"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            call = Call(method, path, headers, body)
            self.calls.append(call)
            if self.silent:
                await asyncio.Event().wait()
            status, more, said = self.answer(call)
            length = {} if "transfer-encoding" in more else {"content-length": str(len(said))}
            lines = [
                f"HTTP/1.1 {status} -",
                *(f"{k}: {v}" for k, v in {**length, "connection": "close", **more}.items()),
            ]
            writer.write("\r\n".join([*lines, "", ""]).encode() + said)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpSink]:
    """A sink that listens until the end of the block."""
    sink = HttpSink(tls)
    await sink.start()
    try:
        yield sink
    finally:
        await sink.stop()
