"""The database: one engine, how a transaction begins, how the schema is brought up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from select import select
from typing import Any

from sqlalchemy import Connection, Dialect, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, OperationalError

MIGRATIONS = Path(__file__).parent / "migrations"

BUSY = 5_000
"""Milliseconds an SQLite writer waits for another process before it gives up."""

MOMENT = 250
"""Milliseconds that a write waits at most which may as well be left out."""

PATIENCE = 60.0
"""Seconds `upgrade` waits for another process that is migrating a file."""

QUIET = 30.0
"""Seconds after which a connection that nobody used is tried with a query before somebody does."""

_WRITES = "escalade_writes"


class Database:
    """SQLite (a file) or PostgreSQL by psycopg 3; safe to share between threads.

    ValueError for any other URL. Nothing is connected before the first use.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise ValueError(f"not a database URL; {_ALLOWED}") from None
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
            raise ValueError(f"{parsed.drivername} is not supported; {_ALLOWED}")
        if self.sqlite and parsed.database in (None, "", ":memory:"):
            raise ValueError("an SQLite database in memory has one connection only; give it a file")
        self._file = Path(str(parsed.database)) if self.sqlite else None
        self.engine = create_engine(
            parsed,
            pool_size=pool_size,
            json_serializer=_unchanged,
            json_deserializer=_unchanged,
        )
        # SQLite has one writer at a time. Waiting for it on a lock costs nothing; its own waiting sleeps and retries.
        self._turn = threading.Lock() if self.sqlite else None
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", _speak_utc)
            event.listen(self.engine, "checkin", _note_return)
            event.listen(self.engine, "checkout", partial(_still_there, self.engine.dialect))
        self._writer = self.engine.execution_options(**{_WRITES: True})
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction that writes: committed at the end, rolled back by an exception. Never one inside another."""
        with self._turn or nullcontext(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def begin_if_free(self) -> Iterator[Connection]:
        """The same for what may as well be left out: TimeoutError or SQLAlchemy's error when it would have to wait."""
        if self._turn is not None and not self._turn.acquire(timeout=MOMENT / 1000):
            raise TimeoutError("another thread writes")
        try:
            with self.engine.connect() as connection:
                self._wait_for_locks(connection, MOMENT)
                try:
                    with connection.begin():
                        if self.sqlite:
                            connection.exec_driver_sql("BEGIN IMMEDIATE")
                        yield connection
                finally:
                    self._wait_for_locks(connection, BUSY if self.sqlite else 0)
        finally:
            if self._turn is not None:
                self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; each statement sees what is committed when it runs."""
        with self._reader.connect() as connection:
            yield connection

    def ping(self) -> None:
        """Returns when the database answers and its schema is there; SQLAlchemy's error otherwise."""
        with self.read() as connection:
            connection.execute(text("SELECT 1 FROM alembic_version"))

    def upgrade(self, to: str = "head") -> None:
        """Brings the schema up to date, or to a revision. Safe to repeat, and from several processes that start at
        once; PostgreSQL goes on serving meanwhile (store.migrating). MigrationFailed when a migration is refused.
        """
        # With its first use: a worker that starts again after its death has no schema to change, and must not wait.
        from alembic.util import CommandError

        from store import migrating

        try:
            if self._file is None:
                migrating.beside_the_service(self.engine, str(MIGRATIONS), to)
                return
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._patiently(self._use_write_ahead_log)
            self._patiently(partial(self._migrate, migrating.within, to))
        except (DBAPIError, CommandError) as error:
            there = self._revision()
            if there is None:  # it does not answer, or nothing is there yet: no matter of revisions
                raise
            raise migrating.failed(there, to, error) from error

    def close(self) -> None:
        """Gives every connection back."""
        self.engine.dispose()

    def _wait_for_locks(self, connection: Connection, milliseconds: int) -> None:
        """How long statements on this connection wait for others; ends the transaction that it took to say so."""
        setting = "PRAGMA busy_timeout" if self.sqlite else "SET lock_timeout"
        connection.exec_driver_sql(f"{setting} = {milliseconds}")
        connection.commit()

    def _use_write_ahead_log(self) -> None:
        # Kept in the file, so set once here and not at each connect: changing it needs the file for itself.
        with self.read() as connection:
            connection.execute(text("PRAGMA journal_mode=WAL"))

    def _migrate(self, within: Callable[[Connection, str, str], None], to: str) -> None:
        with self.begin() as connection:
            within(connection, str(MIGRATIONS), to)

    def _revision(self) -> str | None:
        try:
            with self.read() as connection:
                return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except DBAPIError:
            return None

    def _patiently(self, step: Callable[[], None]) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return step()
            except OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.05)


_ALLOWED = "allowed are sqlite:///FILE and postgresql+psycopg://USER:PASSWORD@HOST/NAME"


def _unchanged(text_of_json: Any) -> Any:
    return text_of_json


def _speak_utc(connection: Any, _: Any) -> None:
    """Instants arrive in UTC whatever the server's zone, and need no conversion (store.types)."""
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()  # or the first rollback would take it back


def _note_return(_connection: Any, record: Any) -> None:
    record.info["returned"] = time.monotonic()


def _still_there(dialect: Dialect, connection: Any, record: Any, _: Any) -> None:
    """A server that was restarted leaves dead connections behind, and each would cost somebody a request.

    Such a one has something to be read: its end. So only then is it tried with a query, or when it was long unused;
    a query before each query would cost half as much as a short list itself.
    """
    returned = record.info.get("returned")
    if returned is None:
        return
    try:
        if time.monotonic() - returned < QUIET and not select([connection.fileno()], [], [], 0)[0]:
            return
        dialect.do_ping(connection)
    except (OSError, ValueError, dialect.loaded_dbapi.Error) as error:
        raise DisconnectionError(str(error)) from error


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # or the driver would begin transactions by its own rules
    connection.execute(f"PRAGMA busy_timeout={BUSY}")
    # FULL: the record is written before the engine makes the step durable, so a power cut must not take it back.
    # A commit of a typical step costs 0.4 ms so, and 0.07 ms with NORMAL (measured on a laptop-class disk).
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        # A transaction that reads first and writes later could find another writer in between, and no wait would help.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
