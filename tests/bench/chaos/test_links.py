"""A link carries bytes, and fails as networks do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.chaos.links import Link, Streams

PATIENCE = 20.0


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def upstream() -> Streams:
        return await asyncio.open_connection("127.0.0.1", port)

    made = Link("client-echo", upstream)
    await made.start()
    yield made
    await made.stop()
    server.close()


async def ask(streams: Streams, word: bytes) -> bytes:
    reader, writer = streams
    writer.write(word)
    async with asyncio.timeout(PATIENCE):
        return await reader.read(100)


async def test_what_hangs_arrives_when_it_is_mended(link: Link) -> None:
    streams = await asyncio.open_connection("127.0.0.1", link.port)
    assert await ask(streams, b"one") == b"one"
    link.hang()
    answer = asyncio.create_task(ask(streams, b"two"))
    assert not (await asyncio.wait({answer}, timeout=0.2))[0]
    await link.mend()
    assert await answer == b"two"
    streams[1].close()


async def test_a_reset_breaks_connections_and_lets_new_ones_in(link: Link) -> None:
    streams = await asyncio.open_connection("127.0.0.1", link.port)
    assert await ask(streams, b"one") == b"one"
    link.reset()
    with pytest.raises(ConnectionError):
        assert await ask(streams, b"two") != b""
        raise ConnectionResetError  # an end without an answer is as good
    again = await asyncio.open_connection("127.0.0.1", link.port)
    assert await ask(again, b"three") == b"three"
    again[1].close()


async def test_what_hung_can_be_lost(link: Link) -> None:
    streams = await asyncio.open_connection("127.0.0.1", link.port)
    assert await ask(streams, b"one") == b"one"
    link.hang()
    await link.mend(lose=True)
    with pytest.raises(ConnectionError):
        assert await ask(streams, b"two") == b""
        raise ConnectionResetError


async def test_a_refusing_link_keeps_its_port(link: Link) -> None:
    port = link.port
    link.refuse()
    with pytest.raises(OSError, match="onnect"):
        await asyncio.open_connection("127.0.0.1", port)
    await link.mend()
    assert link.port == port
    streams = await asyncio.open_connection("127.0.0.1", port)
    assert await ask(streams, b"back") == b"back"
    streams[1].close()
