"""Bringing the schema up to date: by one process at a time and, on PostgreSQL, while the service answers.

There each migration is a transaction of its own. A change of a table needs that table for itself for a moment, and
whoever comes after it waits behind it: so it waits for the table no longer than `LOCK`, and comes back later.
"""

from __future__ import annotations

import threading
import time

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

LOCK = 1.0
"""Seconds that a migration waits for a table, and that others at most wait behind it."""
PATIENCE = 300.0
"""Seconds after which a migration that never got its table gives up."""
_PAUSE = 0.5
"""Seconds between two looks; long enough for those who waited to be served."""
_ONE_AT_A_TIME = 0x65736361  # any constant, the same in every process that migrates
_LATER = ("55P03", "40P01")
"""PostgreSQL's lock_not_available, and deadlock_detected: nothing was changed, and another time it goes through."""


class MigrationFailed(Exception):
    """The schema could not be brought up to date; the message says where it stands, why, and what to do."""


_alembic = threading.Lock()  # its environment is a module-level global


def within(connection: Connection, migrations: str, revision: str) -> None:
    """Migrates inside of the caller's transaction, which is how SQLite does it: it has one writer in any case."""
    with _alembic:
        command.upgrade(_config(connection, migrations), revision)


def beside_the_service(engine: Engine, migrations: str, revision: str) -> None:
    """Migrates PostgreSQL, migration by migration; what was interrupted goes on where it was."""
    with engine.connect() as connection:
        try:
            _wait_for_turn(connection)
            connection.execute(text(f"SET lock_timeout = {int(LOCK * 1000)}"))
            connection.commit()
            _until_it_got_through(connection, migrations, revision)
        finally:
            # The turn and the setting are this connection's, and end with it.
            connection.invalidate()


def back(connection: Connection, migrations: str) -> None:
    """Takes the newest migration back, with all that it brought. For a drill in a demo (store/drilling.py)."""
    with _alembic:
        command.downgrade(_config(connection, migrations), "-1")


def failed(there: str, wanted: str, error: Exception) -> MigrationFailed:
    """What to say of a migration from revision `there` to `wanted` that ended in `error`."""
    why = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if isinstance(error, CommandError):
        do = "it comes from a newer version of Escalade: deploy that one, or restore the backup taken before it was"
    elif "lock timeout" in why or "deadlock" in why:
        do = "a table was in use all the time: end what holds it (pg_stat_activity shows it), then run it again"
    elif "locked" in why or "read-only" in why or "readonly" in why:
        do = "the database takes no writes: see database-refuses-writes in the runbook, then run it again"
    else:
        do = (
            "its tables are not those of the revision that it names: restore the database from the backup taken before "
            "(docs/restore.md), then run it again"
        )
    return MigrationFailed(
        f"the schema could not be brought from revision {there} to {wanted} ({why}). Nothing was changed; {do}."
    )


def _wait_for_turn(connection: Connection) -> None:
    # Asked for again and again, never waited for: a statement that waits is itself what the building of an index
    # waits for, and the two would wait for each other.
    while not connection.execute(text("SELECT pg_try_advisory_lock(:one)"), {"one": _ONE_AT_A_TIME}).scalar_one():
        connection.commit()
        time.sleep(_PAUSE)
    connection.commit()


def _until_it_got_through(connection: Connection, migrations: str, revision: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with _alembic:
                command.upgrade(_config(connection, migrations), revision)
                connection.commit()
            return
        except OperationalError as error:
            connection.rollback()
            if getattr(error.orig, "sqlstate", None) not in _LATER or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


def _config(connection: Connection, migrations: str) -> Config:
    config = Config()
    config.set_main_option("script_location", migrations.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
