"""A Temporal server whose time skips, with a worker of ours on it: years of a ticket's life in seconds."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.booking import Booker
from activities.recording import Recorder
from domain.record import Recording
from store.database import Database
from workflows import sandbox
from workflows.protocol import TASK_QUEUE
from workflows.ticket import TicketWorkflow

PROGRAM = "temporal-test-server"


class DriveError(RuntimeError):
    """A replay cannot go on; the message says why and what to do."""


@asynccontextmanager
async def virtual_time(
    database: Database, on_recorded: Callable[[Recording], None], *, cached: int = 20_000, guarded: bool = True
) -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping server with a worker that keeps tickets and records into `database`; nothing is delivered.

    `cached` tickets stay in memory. Not `guarded`: without the sandbox, as in production.
    """
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=_program(), data_converter=pydantic_data_converter, runtime=_quiet()
    )
    recorder = Recorder(database=database, wake=_nobody, on_recorded=on_recorded)
    try:
        async with Worker(
            env.client,
            task_queue=TASK_QUEUE,
            workflows=[TicketWorkflow],
            activities=[recorder.record, Booker(database).settle_hours],
            # By default every ticket stays in the cache: virtual years go by between two of its steps, and reading
            # its history again at each of them would take most of the time.
            max_cached_workflows=cached,
            workflow_runner=sandbox.runner() if guarded else UnsandboxedWorkflowRunner(),
        ):
            yield env
    finally:
        recorder.close()
        await env.shutdown()


def _quiet() -> Runtime:
    """The test server is an old server in some respects, and the SDK would warn of each in the middle of the report."""
    only_errors = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return Runtime(telemetry=TelemetryConfig(logging=only_errors))


async def _nobody() -> None:
    """Delivery stays asleep."""


def _program() -> str:
    beside = Path(sysconfig.get_path("scripts")) / PROGRAM
    found = str(beside) if beside.exists() else shutil.which(PROGRAM)
    if found is None:
        raise DriveError(f"the program {PROGRAM} is not installed beside {sys.executable}: install requirements.lock")
    return found
