"""What a request finds: the process's database, engine and agreements, the time, and the caller's language."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Header, Request

from api.access.owners import Owners
from api.attachments.taking import Limits
from api.directory.agreements import Compiled
from api.engine.tickets import Engine, EngineAway
from api.monitoring.monitors import Monitors
from runtime.egress import Egress
from runtime.settings import Settings
from runtime.vault import Vault
from store.database import Database

LANGUAGES = ("en", "fr")


async def real_time() -> datetime:
    """The only place where the API reads a clock."""
    return datetime.now(UTC)


@dataclass
class Context:
    """Everything of the process that the doors use. The engine joins when it answers for the first time."""

    database: Database
    agreements: Compiled = field(default_factory=Compiled)
    owners: Owners = field(default_factory=Owners)
    attachments: Limits = field(default_factory=Limits)
    monitors: Monitors = field(default_factory=Monitors)
    settings: Settings = field(default_factory=Settings)
    clock: Callable[[], Awaitable[datetime]] = real_time
    connected: Engine | None = None
    waiting_for: str = "the engine has not answered yet"
    erasure_asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody is to be erased: whoever carries it out need not wait."""

    @cached_property
    def vault(self) -> Vault:
        """Seals what is stored and must be read back."""
        return Vault(self.settings)

    @cached_property
    def egress(self) -> Egress:
        """Which addresses may be called."""
        return Egress(self.settings)

    @property
    def engine(self) -> Engine:
        """EngineAway until it has answered once."""
        if self.connected is None:
            raise EngineAway(self.waiting_for)
        return self.connected


async def context(request: Request) -> Context:
    """The process's context. Not a plain function, as all here: FastAPI would give each a thread to run in."""
    found: Context = request.app.state.context
    return found


async def now(request: Request) -> datetime:
    """The time of a request."""
    found: Context = request.app.state.context
    return await found.clock()


async def language(
    accepted: Annotated[
        str | None, Header(alias="Accept-Language", max_length=200, examples=["fr"], description="`en` or `fr`.")
    ] = None,
) -> str:
    """The language of sentences: the first of ours that the caller likes best, or English."""
    liked: list[tuple[float, str]] = []
    for part in (accepted or "").split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            liked.append((-float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue  # a header that nobody can read asks for nothing
    return next((tag for rank, tag in sorted(liked, key=lambda like: like[0]) if tag in LANGUAGES and rank), "en")


Now = Annotated[datetime, Depends(now)]
Language = Annotated[str, Depends(language)]
Ours = Annotated[Context, Depends(context)]
