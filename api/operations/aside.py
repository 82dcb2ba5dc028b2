"""Blocking calls of an examination, in threads that nobody has to wait for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


async def aside(asked: Callable[..., Answer], *arguments: Any) -> Answer:
    """What a blocking call answers, from a thread that nobody waits for: one that hangs must not hold up the end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Answer] = loop.create_future()

    def settle(value: Any, error: BaseException | None) -> None:
        if not answer.done():
            answer.set_exception(error) if error is not None else answer.set_result(value)

    def ask() -> None:
        value, error = None, None
        try:
            value = asked(*arguments)
        except BaseException as raised:
            error = raised
        try:
            loop.call_soon_threadsafe(settle, value, error)
        except RuntimeError:
            return  # the loop has ended meanwhile: nobody listens

    threading.Thread(target=ask, daemon=True, name="examination").start()
    return await answer
