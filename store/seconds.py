"""Seconds of an instant, for arithmetic in a query: the two databases have no spelling of it in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class seconds(FunctionElement[float]):
    """Seconds since 1970 of one instant, as a number: exact in PostgreSQL, to the millisecond in SQLite."""

    name = "seconds"
    type = Float()
    inherit_cache = True


@compiles(seconds)
def _in_postgresql(element: seconds, compiler: Any, **options: Any) -> str:
    return f"EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)})"


@compiles(seconds, "sqlite")
def _in_sqlite(element: seconds, compiler: Any, **options: Any) -> str:
    return f"((julianday({compiler.process(element.clauses, **options)}) - 2440587.5) * 86400.0)"
