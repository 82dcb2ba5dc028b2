"""A clock that keeps nobody alive."""

from __future__ import annotations

import weakref
from collections.abc import Awaitable, Callable
from datetime import datetime


def loosely(clock: Callable[[], Awaitable[datetime]]) -> Callable[[], Awaitable[datetime]]:
    """The same clock for an app's `dependency_overrides`, without a hold on the world whose method it is.

    FastAPI remembers thousands of the functions that it was given. By a bound method each test's whole app stayed, four
    megabytes a test, and Python went through all of them again and again.
    """
    method = weakref.WeakMethod(clock)

    async def read() -> datetime:
        found = method()
        assert found is not None  # whoever asks has the app, which goes with its world
        return await found()

    return read
