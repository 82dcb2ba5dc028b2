"""How the database is: its schema's revision, its size, whether it takes writes, what its clock says."""

from __future__ import annotations

import errno
import os
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from domain.base import Instant, Model
from store.database import BUSY, MIGRATIONS, Database
from store.tables import events, tickets

LATEST = 50
RECENT = timedelta(minutes=15)
LOCKED = 2_000
ROOM = 256 * 1024
"""Bytes beside an SQLite file, for a few steps: less, and the next one or the one after is refused."""
STEADY = timedelta(seconds=30)
"""Steps must lie so far apart before their lateness tells a clock from a database that was away."""
_SPILLING = "SELECT count(*) FROM (SELECT n FROM generate_series(1, 5000) AS n ORDER BY n DESC OFFSET 1) AS sorted"
"""More than fits into 64 kB: it goes into a temporary file on the database's own disk, and leaves nothing behind."""
_NOT_THERE = ("42P01", "42703")
"""PostgreSQL's undefined_table and undefined_column."""


class Schema(Model):
    """`there` is the database's, `wanted` the code's; None when it has none."""

    there: str | None
    wanted: str


class NoRoom(SQLAlchemyError):
    """The disk under an SQLite file is full."""


class Refusal(Model):
    """Writes are refused: `why` in the database's own words; `full`: the disk under its file has no room."""

    why: str
    full: bool


class Lag(Model):
    """Of each of the latest steps the engine's instant and the seconds until a worker recorded it, by its own clock.

    Below zero, the worker's clock is behind the engine's.
    """

    steps: tuple[tuple[Instant, float], ...]

    @property
    def least(self) -> float:
        return min(late for _, late in self.steps)

    @property
    def steady(self) -> bool:
        """All are about as late, and lie apart: so a clock makes them. A database that was away makes the earlier ones
        later, since they were all recorded when it came back.
        """
        at, late = [at for at, _ in self.steps], [late for _, late in self.steps]
        apart = max(at) - min(at)
        return apart >= STEADY and max(late) - min(late) <= apart.total_seconds() / 2


def schema(db: Database) -> Schema:
    """Which revision the database has, and which the code wants. SQLAlchemy's error when there is none."""
    with db.read() as connection:
        there = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return Schema(there=there, wanted=wanted())


@cache
def wanted() -> str:
    """The newest revision of the migrations that came with this code: read once, since it is what this process runs,
    whatever is laid over its files meanwhile.
    """
    # With its first use, as in store.database.
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return str(ScriptDirectory.from_config(config).get_current_head())


def lacks_schema(error: SQLAlchemyError) -> bool:
    """Whether a statement was refused because a table or column is not there: the database answers all the same."""
    why = getattr(error, "orig", None)
    state = getattr(why, "sqlstate", None)
    return state in _NOT_THERE if state else str(why).startswith(("no such table", "no such column"))


def size(db: Database) -> int:
    """Bytes that it takes."""
    asked = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if db.sqlite
        else "SELECT pg_database_size(current_database())"
    )
    with db.read() as connection:
        return int(connection.execute(text(asked)).scalar_one())


def refusal(db: Database) -> Refusal | None:
    """Why writes are refused; None when they are taken."""
    try:
        try_write(db)
    except SQLAlchemyError as error:
        return Refusal(why=str(getattr(error, "orig", None) or error)[:500], full=isinstance(error, NoRoom))
    return None


def try_room(db: Database) -> None:
    """Returns when an SQLite file has room for a few steps; NoRoom otherwise. PostgreSQL knows that itself.

    Taken and given back at once: what a disk says is free may not be ours, and one row's change fits into pages that
    the file has, on a full disk too.
    """
    file = db.engine.url.database
    if not db.sqlite or file is None:
        return
    try:
        with tempfile.TemporaryFile(dir=Path(file).parent) as taken:
            os.posix_fallocate(taken.fileno(), 0, ROOM)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom(f"database or disk is full: {file} cannot grow by {ROOM // 1024} kB") from error
        # Anything else is the database's own to say.


def try_write(db: Database) -> None:
    """Returns when the database takes writes; nothing stays of the attempt. SQLAlchemy's error when it refuses.

    It waits for another's lock for two seconds, not for as long as a step does: it must be told within a look's time.
    One row's change fits into its page, on a full disk too: PostgreSQL is therefore made to need some for a moment.
    """
    try_room(db)
    with db.engine.connect() as connection:
        if db.sqlite:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCKED}")
            connection.rollback()
        try:
            with connection.begin() as attempt:
                if not db.sqlite:
                    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCKED}ms'"))
                    connection.execute(text("SET LOCAL work_mem = '64kB'"))
                    connection.execute(text(_SPILLING))
                connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
                attempt.rollback()
        finally:
            if db.sqlite:  # the connection goes back to those that work
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY}")


def clock(db: Database) -> Instant | None:
    """What the database server's clock says; None for a file, whose clock is this machine's."""
    if db.sqlite:
        return None
    with db.read() as connection:
        at: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return at.astimezone(UTC)


def lag(db: Database, now: datetime) -> Lag | None:
    """Of the latest recordings of steps of the last `RECENT`; None without any. What is mended is forgotten so."""
    latest = (
        select(tickets.c.id, tickets.c.version, tickets.c.recorded_at)
        .order_by(tickets.c.recorded_at.desc(), tickets.c.id.desc())
        .limit(LATEST)
        .subquery()
    )
    query = (
        select(latest.c.recorded_at, events.c.at)
        .join(events, (events.c.ticket == latest.c.id) & (events.c.sequence == latest.c.version))
        .where(events.c.at > now - RECENT)
    )
    with db.read() as connection:
        steps = tuple((row.at, (row.recorded_at - row.at).total_seconds()) for row in connection.execute(query))
    return Lag(steps=steps) if steps else None


def connections(db: Database) -> tuple[int, int]:
    """Connections of this process's pool that are in use, and how many there may be."""
    pool = db.engine.pool
    used, most = getattr(pool, "checkedout", None), getattr(pool, "size", None)
    return (used() if used else 0, most() if most else 0)
