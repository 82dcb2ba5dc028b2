"""The audit's pen: refusals are gathered for a second and counted, what was done is written before it is answered."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from opentelemetry import trace
from sqlalchemy.exc import SQLAlchemyError

from api.http.origin import network
from store import audit
from store.audit import Entry
from store.database import Database

if TYPE_CHECKING:
    from api.access.auth import Principal

log = logging.getLogger(__name__)
AUDITED = (401, 403, 429)
"""Statuses that are refusals of somebody, not of a value."""
GATHERED_FOR = 1.0
"""Seconds: a flood of refusals costs one transaction a second. A process that is killed loses what it gathered."""
MOST = 1_000
"""Different refusals gathered at once; beyond them they are counted together, without saying whose."""
MANY = "many"


class Audit:
    """One for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathered: dict[str, Entry] = {}
        self._writing: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    def refused(self, request: Request, code: str, now: datetime, operation: str | None = None) -> None:
        """Notes a refusal; the same one in the same minute is a number."""
        caller: Principal | None = getattr(request.state, "principal", None)
        route = request.scope.get("route")
        named = operation or (route.operation_id if isinstance(route, APIRoute) else None) or "unknown"
        entry = Entry(
            id="",
            at=now,
            last_at=now,
            operation=named,
            outcome="refused",
            code=code,
            role=caller.role if caller else None,
            subject=caller.id if caller else None,
            organisation=caller.organisation if caller else None,
            origin=network(request),
            trace=_trace(),
        )
        ident = _same(entry)
        if ident not in self._gathered and len(self._gathered) >= MOST:
            entry = Entry(id="", at=now, last_at=now, operation=MANY, outcome="refused", code=code)
            ident = _same(entry)
        before = self._gathered.get(ident)
        self._gathered[ident] = (
            entry.model_copy(update={"id": ident})
            if before is None
            else before.model_copy(update={"count": before.count + 1, "last_at": now})
        )
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._later())

    async def done(
        self,
        request: Request,
        operation: str,
        now: datetime,
        *,
        caller: Principal | None = None,
        about: str | None = None,
    ) -> None:
        """Writes what somebody did; by the caller of the request where nobody else is given."""
        who = caller or getattr(request.state, "principal", None)
        entry = Entry(
            id=secrets.token_hex(16),
            at=now,
            last_at=now,
            operation=operation,
            outcome="done",
            role=who.role if who else None,
            subject=who.id if who else None,
            organisation=who.organisation if who else None,
            origin=network(request),
            about=about,
            trace=_trace(),
        )
        await run_in_threadpool(audit.add, self._database, [entry])

    async def flush(self) -> None:
        """Returns when all that was gathered is written. What cannot be written stays gathered."""
        async with self._one_at_a_time:
            await self._flush()

    async def _flush(self) -> None:
        entries, self._gathered = self._gathered, {}
        if not entries:
            return
        try:
            await run_in_threadpool(audit.add, self._database, list(entries.values()))
        except SQLAlchemyError as error:
            log.error("refusals could not be written to the audit", exc_info=error)
            for ident, entry in entries.items():
                newer = self._gathered.get(ident)
                self._gathered[ident] = entry.model_copy(
                    update={"count": entry.count + (newer.count if newer else 0), "last_at": (newer or entry).last_at}
                )

    async def _later(self) -> None:
        await asyncio.sleep(GATHERED_FOR)
        await self.flush()


def _same(entry: Entry) -> str:
    minute = entry.at.replace(second=0, microsecond=0).isoformat()
    parts = (minute, entry.operation, entry.code, entry.role, entry.subject, entry.organisation, entry.origin)
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()[:32]


def _trace() -> str | None:
    span = trace.get_current_span().get_span_context()
    return trace.format_trace_id(span.trace_id) if span.is_valid else None
