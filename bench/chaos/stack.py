"""The whole of Escalade for the run: PostgreSQL, Temporal on its file, workers, API processes, mail, their links."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx

from bench.chaos.links import Link, Streams
from bench.chaos.mailbox import Mailbox, _free_port
from bench.chaos.parts import Part
from bench.chaos.plan import LINKS
from bench.chaos.postgres import Postgres
from cli.stack import API, READY_PATH, WORKER, temporal_command
from runtime.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
AGREEMENTS = Path(__file__).parent / "agreements"
DOMAIN = "chaos.example"
"""Of our Message-IDs."""


class Stack:
    """`start` brings all of it up, each link in the way; `stop` ends it. Logs are in `folder`/logs.

    `more` are settings of every process besides.
    """

    def __init__(self, folder: Path, *, workers: int, apis: int, **more: object) -> None:
        self.folder = folder
        self._more = more
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.mailbox = Mailbox()
        self.postgres = Postgres(self.logs / "postgres.log")
        self.temporal = Settings(home=folder, temporal_port=_free_port(), temporal_ui_port=_free_port())
        self._mail_port = 0
        to = {
            "temporal": self._to_temporal,
            "database": self.postgres.connect,
            "mail": self._to_mail,
        }
        self.links = {name: Link(name, to[name.partition("-")[2]]) for name in LINKS}
        self._names = ([f"worker-{n}" for n in range(1, workers + 1)], [f"api-{n}" for n in range(1, apis + 1)])
        self.parts: dict[str, Part] = {"postgres": self.postgres.part}
        self.apis: list[str] = []
        """Addresses of the API processes."""

    async def start_stores(self) -> None:
        """PostgreSQL, Temporal, the mail server and the links."""
        self.postgres.part.start()
        self._mail_port = self.mailbox.start()
        self.parts["temporal"] = Part("temporal", temporal_command(self.temporal), {}, self.logs / "temporal.log")
        self.parts["temporal"].start()
        for link in self.links.values():
            await link.start()

    async def start_ours(self) -> None:
        """Workers and API processes, until each API is ready."""
        for name in self._names[0]:
            self._start(name, WORKER, self.settings("worker"))
        for name in self._names[1]:
            port = _free_port()
            self._start(name, API, self.settings("api", api_port=port))
            self.apis.append(f"http://127.0.0.1:{port}")
        await asyncio.gather(*(self._ready(address) for address in self.apis))

    def settings(self, whose: str, **more: object) -> Settings:
        """What a process of that kind is told."""
        return Settings.model_validate(
            {
                "home": self.folder,
                "temporal_address": f"127.0.0.1:{self.links[f'{whose}-temporal'].port}",
                "database_url": f"postgresql://escalade@127.0.0.1:{self.links[f'{whose}-database'].port}/escalade",
                "agreements_dir": AGREEMENTS,
                "smtp_host": "127.0.0.1",
                "smtp_port": self.links["worker-mail"].port,
                "message_domain": DOMAIN,
                "secret_key": "the same for every process",
                "rate_requests": "off",
                "log_level": "info",
                **self._more,
                **more,
            }
        )

    async def stop(self) -> None:
        """Ends everything, what depends on others first."""
        for part in reversed(list(self.parts.values())):
            if part is not self.postgres.part:
                await part.stop()
        for link in self.links.values():
            await link.stop()
        self.mailbox.stop()
        await self.postgres.stop()

    def _start(self, name: str, command: tuple[str, ...], settings: Settings) -> None:
        environment: Mapping[str, str] = {
            **{one: "" for one in os.environ if one.startswith(PREFIX)},
            **settings.environment(),
            "PYTHONPATH": str(ROOT),
        }
        part = Part(name, (sys.executable, *command), environment, self.logs / f"{name}.log")
        self.parts[name] = part
        part.start()

    async def _ready(self, address: str) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            while True:
                with suppress(httpx.HTTPError):
                    if (await http.get(address + READY_PATH)).status_code == 200:
                        return
                await asyncio.sleep(0.2)

    async def _to_temporal(self) -> Streams:
        return await asyncio.open_connection("127.0.0.1", self.temporal.temporal_port)

    async def _to_mail(self) -> Streams:
        return await asyncio.open_connection("127.0.0.1", self._mail_port)
