"""A link: a TCP connection between two parts that can be cut, hung or refused, as networks do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_CHUNK = 65_536


class Link:
    """Listens on a port of its own and carries bytes both ways, until it is told otherwise."""

    def __init__(self, name: str, upstream: Callable[[], Awaitable[Streams]]) -> None:
        self.name = name
        self.port = 0
        self._upstream = upstream
        self._server: asyncio.Server | None = None
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listens; on the port it had before, if it had one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def reset(self) -> None:
        """Every connection breaks; new ones are welcome."""
        for writer in list(self._writers):
            writer.transport.abort()

    def refuse(self) -> None:
        """Every connection breaks, and nobody answers at the door."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.reset()

    def hang(self) -> None:
        """Nothing moves; nobody is told."""
        self._open.clear()

    async def mend(self, *, lose: bool = False) -> None:
        """All is well again. `lose`: what hung is found broken, as after a firewall's restart."""
        if lose:
            self.reset()
        self._open.set()
        if self._server is None:
            await self.start()

    async def stop(self) -> None:
        """Ends it for good."""
        self.refuse()
        self._open.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        other: asyncio.StreamWriter | None = None
        try:
            await self._open.wait()
            back, other = await self._upstream()
            self._writers.add(other)
            await asyncio.gather(self._pump(reader, other), self._pump(back, writer))
        except (OSError, RuntimeError):
            return  # a broken connection is what this is for; uvloop says RuntimeError when it wrote to one
        finally:
            for one in (writer, other):
                if one is not None:
                    self._writers.discard(one)
                    one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._open.wait()
            writer.write(data)
            await writer.drain()
        with suppress(OSError, RuntimeError):
            if writer.can_write_eof():
                writer.write_eof()
