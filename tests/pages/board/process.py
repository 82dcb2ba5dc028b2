"""One process of the API over a database that others use too: `python -m tests.pages.board.process URL PORT HOME`.

Its engine is in its memory and records into that database, as a worker would.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from api.app import create_app
from runtime.settings import Settings
from store.database import Database
from tests.api.fake_engine import FakeEngine


def main(url: str, port: int, home: Path) -> None:
    database = Database(url)
    settings = Settings(home=home, api_port=port)
    app = create_app(settings, engine=FakeEngine(database, lambda: datetime.now(UTC)), database=database)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
