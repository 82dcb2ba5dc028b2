"""What sealing costs: the same ticket's life with and without payload encryption (`python -m bench sealing`).

One development server, and in this process a worker and a caller for each side, with the same workflow and a record
that is kept in memory: what differs is the codec alone. The sides take turns, so that a busy machine is busy for both.
Told is the CPU time of caller and worker together, which other work on the machine does not change, and the bytes of
histories.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from bench.figure import Figure
from cli.stack import temporal_command
from domain.commands import Command, StatusUpdate
from domain.decide import open_ticket
from domain.record import Unrecorded
from runtime.settings import Settings
from runtime.temporal import connect, register_search_attributes
from tests.cli.stacks import free_port
from tests.factories import ANNA, BOB, opening
from tests.workflows.engine import Ledger
from workflows import visibility
from workflows.protocol import COMMAND, Receipt, Start, workflow_id
from workflows.ticket import TicketWorkflow

KEYS = f"bench:{'5a' * 32}"
ROUNDS, QUICK, COMMANDS = 12, 5, 25
TEXT = "The cause is narrowed down to the controller at gate 4; a part is on its way. " * 4


@dataclass
class Side:
    """A ticket for each round. `seconds`: CPU time of a command, by round; `events` and `size`: of all histories."""

    client: Client
    queue: str
    seconds: list[float] = field(default_factory=list)
    events: int = 0
    size: int = 0

    async def lives(self, number: int) -> None:
        """One ticket opens and is told about so many times, one command after the other."""
        name = f"{self.queue}-{number}"
        filed = opening(name)
        now = datetime.now(UTC)
        state = Unrecorded().follow(None, open_ticket(filed, ANNA, now, "open"))
        start = Start(by=ANNA, command="open", opening=filed, opened_at=now, run_first=True, shows_due=False)
        handle = await self.client.start_workflow(
            "Ticket", start, id=workflow_id(name), task_queue=self.queue,
            search_attributes=visibility.attributes(state),
        )  # fmt: skip
        await self._say(name, 0)  # the first one waits for the start
        before = time.process_time()
        for each in range(1, COMMANDS + 1):
            await self._say(name, each)
        self.seconds.append((time.process_time() - before) / COMMANDS)
        history = await handle.fetch_history()
        self.events += len(history.events)
        self.size += sum(event.ByteSize() for event in history.events)

    async def _say(self, name: str, number: int) -> None:
        command = Command(id=f"say-{number}", by=BOB, step=StatusUpdate(text=TEXT))
        await self.client.get_workflow_handle(workflow_id(name)).execute_update(
            COMMAND, command, id=command.id, result_type=Receipt
        )


def _server(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(temporal_command(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@asynccontextmanager
async def sides() -> AsyncIterator[tuple[Side, Side]]:
    """Sealed, and plain."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), temporal_port=free_port(), temporal_ui_port=free_port())
        server = _server(settings)
        try:
            async with AsyncExitStack() as stack:
                made = []
                for queue, keys in (("sealed", KEYS), ("plain", None)):
                    own = settings.model_copy(update={"codec_keys": Settings(codec_keys=keys).codec_keys})
                    client = await connect(own)
                    await register_search_attributes(client, visibility.SEARCH_ATTRIBUTES)
                    worker = Worker(
                        client, task_queue=queue, workflows=[TicketWorkflow], activities=[Ledger().record],
                        workflow_runner=UnsandboxedWorkflowRunner(),
                    )  # fmt: skip
                    await stack.enter_async_context(worker)
                    made.append(Side(client, queue))
                yield made[0], made[1]
        finally:
            server.kill()
            server.wait()


async def measure(rounds: int) -> tuple[Side, Side]:
    """Both sides after so many rounds by turns, and one before that is not counted."""
    async with sides() as (sealed, plain):
        for number in range(rounds + 1):
            for side in (sealed, plain) if number % 2 else (plain, sealed):
                await side.lives(number)
        for side in (sealed, plain):
            del side.seconds[0]
        return sealed, plain


def figures(quick: bool) -> list[Figure]:
    """A command's and an event's CPU time, an event's bytes."""
    rounds = QUICK if quick else ROUNDS
    sealed, plain = asyncio.run(measure(rounds))
    command = [statistics.median(side.seconds) * 1000 for side in (sealed, plain)]
    # The codec adds no event; a busy engine may have some commands share a task, on either side.
    share = [side.events / (rounds + 1) / (COMMANDS + 1) for side in (sealed, plain)]
    event = [each / many for each, many in zip(command, share, strict=True)]
    size = [side.size / side.events for side in (sealed, plain)]
    table = Table(title=f"{rounds} tickets each of {COMMANDS} commands, by turns")
    for heading in ("payloads", "CPU ms a command", "events a command", "CPU ms an event", "bytes an event"):
        table.add_column(heading, justify="left" if heading == "payloads" else "right")
    for number, name in enumerate(("sealed", "plain")):
        table.add_row(
            name, f"{command[number]:.2f}", f"{share[number]:.2f}", f"{event[number]:.3f}", f"{size[number]:.0f}"
        )
    Console().print(table)
    same = abs(sealed.events - plain.events) < 0.03 * plain.events
    return [
        Figure("CPU of a command, sealed", command[0], "ms", command[1], "plain", "sealing", sound=same),
        Figure("CPU of an event, sealed", event[0], "ms", event[1], "plain", "sealing", sound=same),
        Figure("bytes of an event, sealed", size[0], "B", size[1], "plain"),
    ]
