"""Fixtures of the clauses' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from store.database import Database
from tests.clauses import desk as desks
from tests.clauses.desk import Desk

OWN = Path(__file__).with_name("own")
"""Agreements of no publisher: what an organisation writes itself."""
ZONES = {"proconcept": "Europe/Zurich", "oasis": "Asia/Dubai"}
LANGUAGES = {"olcare": "en", "oasis": "en"}

NewDesk = Callable[..., Awaitable[Desk]]
"""`await new_desk("olcare", start="03-03 09:00", programme="gold", region="emea")`: the rest goes to the contract."""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema, the agreements and our staff, to be copied."""
    file = tmp_path_factory.mktemp("clauses") / "escalade.db"
    database = Database(f"sqlite:///{file}")
    desks.fill(database, OWN)
    with database.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version")  # nothing is left to be written when it is copied
    database.close()
    return file


@pytest.fixture
async def new_desk(filled: Path, tmp_path: Path) -> AsyncIterator[NewDesk]:
    async with AsyncExitStack() as stack:

        async def make(agreement: str, start: str = "03-03 09:00", **more: Any) -> Desk:
            options = {"zone": ZONES.get(agreement, "Europe/Paris"), "language": LANGUAGES.get(agreement, "fr"), **more}
            return await stack.enter_async_context(desks.opened(filled, tmp_path, agreement, start=start, **options))

        yield make
