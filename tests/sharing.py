"""What thousands of tests would each make again, made once in a process: compiled SQL, and certificates that are read.

Both are the same every time; in use, too, a process has one database and makes each once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from ssl import SSLContext
from typing import Any

import certifi
import httpx._transports.default as transports
from sqlalchemy import URL, Engine, create_engine

from store import database

STATEMENTS = 2_000
"""Compiled statements that are kept: more than the code has."""


def share() -> None:
    """From now on, in this process."""
    vars(database)["create_engine"] = _engine
    read = cache(_reading(vars(transports)["create_ssl_context"]))
    # By the file of authorities: a test can have one of its own.
    vars(transports)["create_ssl_context"] = lambda *given, **more: read(certifi.where(), *given, **more)


def _reading(make: Callable[..., SSLContext]) -> Callable[..., SSLContext]:
    def read(_authorities: str, *given: Any, **more: Any) -> SSLContext:
        return make(*given, **more)

    return read


@cache
def _first(**options: Any) -> Engine:
    """An engine that has connected, so that its dialect knows what it speaks to."""
    engine = create_engine("sqlite://", query_cache_size=STATEMENTS, **options)
    engine.connect().close()
    return engine


def _engine(url: URL, **options: Any) -> Engine:
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        # A statement is compiled for a dialect, and each engine brings a dialect and a cache of its own.
        first = _first(**options)
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine
