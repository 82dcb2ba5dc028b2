"""What is examined, and what several probes ask of it: asked once in an examination."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from api.engine.tickets import Engine, EngineAway
from api.engine.vitals import Vitals
from api.operations.aside import aside
from runtime.settings import Settings
from store.database import Database
from store.figures import Figures, figures
from store.vital import Refusal, refusal

Answer = TypeVar("Answer")


@dataclass
class Subject:
    """One examination's. `engine` is None while it is away, `away` says why."""

    database: Database
    engine: Engine | None
    away: str
    settings: Settings
    now: datetime
    _asked: dict[str, asyncio.Task[Any]] = field(default_factory=dict, repr=False)

    @property
    def running(self) -> Engine:
        """EngineAway while there is none."""
        if self.engine is None:
            raise EngineAway(self.away)
        return self.engine

    async def figures(self) -> Figures:
        """The database's figures."""
        return await self._once("figures", lambda: aside(figures, self.database, self.now))

    async def refusal(self) -> Refusal | None:
        """Why the database refuses writes; None when it takes them."""
        return await self._once("refusal", lambda: aside(refusal, self.database))

    async def vitals(self) -> Vitals:
        """The engine's vital signs. EngineAway without it."""
        return await self._once("vitals", self.running.vitals)

    def had(self, name: str) -> Any:
        """What was asked and answered; None otherwise. What still hangs is given up."""
        task = self._asked.get(name)
        if task is None or not task.done():
            if task is not None:
                task.cancel()
            return None
        return None if task.cancelled() or task.exception() is not None else task.result()

    async def _once(self, name: str, ask: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        if name not in self._asked:
            self._asked[name] = asyncio.get_running_loop().create_task(ask())
        # Shielded: one probe whose time is over must not take the answer from the others.
        shared: Awaitable[Answer] = asyncio.shield(self._asked[name])
        return await shared
