"""What the tests of delivery share: a mail server, a database with people in it, a clock that only the test moves."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.delivering import Deliverer
from activities.mail import mailer_for
from activities.texts import Texts
from runtime.settings import Settings
from store import directory, outbox
from store.database import Database
from store.directory import Contact, Mailbox, Organisation, Staff
from store.outbox import Entry
from store.recording import record
from tests.activities.sink import Sink, running
from tests.factories import MONDAY, Life

ANNA = Contact(
    id="anna", organisation="acme", name="Anna Müller", email="anna@acme.example", role="key_user", language="fr"
)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with running() as started:
        yield started


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with schema and people, to be copied; made once in a process."""
    file = tmp_path_factory.mktemp("peopled") / "escalade.db"
    made = Database(f"sqlite:///{file}")
    made.upgrade()
    directory.save(
        made,
        Organisation(id="acme", name="Acme", language="fr"),
        ANNA,
        Staff(id="bob", name="Bob", email="bob@support.example", role="level1"),
        Mailbox(kind="team", id="support", email="level1@support.example"),
        Mailbox(kind="team", id="consulting", email="consulting@support.example"),
        Mailbox(kind="role", id="lead", email="lead@support.example"),
        Mailbox(kind="role", id="manager", email="manager@support.example"),
    )
    made.close()
    return file


@pytest.fixture
def database(peopled: Path, tmp_path: Path) -> Iterator[Database]:
    for part in peopled.parent.iterdir():  # what SQLite keeps beside it, too
        shutil.copy(part, tmp_path / part.name)
    made = Database(f"sqlite:///{tmp_path / peopled.name}")
    yield made
    made.close()


@dataclass
class Desk:
    """An outbox and its deliverer. `at` is the time of day, which only the test moves."""

    database: Database
    settings: Settings
    at: datetime = MONDAY
    texts: Texts = field(default_factory=Texts)

    def put(self, life: Life) -> list[str]:
        """Records what has happened on a ticket; the keys of its messages, in order."""
        recording = life.take()
        record(self.database, recording, self.at)
        return [message.key for message in recording.messages]

    async def deliver(self, after: timedelta = timedelta()) -> datetime | None:
        """Delivers what is due `after` some time."""
        self.at += after
        deliverer = Deliverer(
            database=self.database, texts=self.texts, mailer=mailer_for(self.settings), now=lambda: self.at
        )
        return await deliverer.deliver()

    def entry(self, key: str) -> Entry:
        """What became of a message."""
        return next(one for one in outbox.of_ticket(self.database, key.partition(":")[0]) if one.key == key)

    def states(self) -> dict[str, int]:
        """How many messages are in each state, of those that any is in."""
        return {str(state): number for state, number in outbox.counts(self.database).items() if number}


@pytest.fixture
def desk_with(database: Database, tmp_path: Path) -> Callable[..., Desk]:
    """Makes a desk with SMTP settings of the test's own."""

    def make(**smtp: Any) -> Desk:
        settings = Settings(
            home=tmp_path, smtp_sender="Support <support@support.example>", message_domain="m.example", **smtp
        )
        return Desk(database, settings)

    return make


@pytest.fixture
def desk(desk_with: Callable[..., Desk], sink: Sink) -> Desk:
    """A desk whose mail goes to the sink."""
    return desk_with(smtp_host="127.0.0.1", smtp_port=sink.port)
