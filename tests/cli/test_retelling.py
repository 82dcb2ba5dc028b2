"""A run whose start this version cannot read: told as that, never a stack of calls, and never ended for nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console
from temporalio.api.common.v1 import Payloads
from temporalio.api.history.v1 import HistoryEvent, WorkflowExecutionStartedEventAttributes
from temporalio.client import Client, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from api.engine.tickets import TicketEngine
from cli.reconciling.looking import Look, Untold
from cli.reconciling.mending import Mender, Unmendable
from cli.reconciling.retelling import HistoryUntold, Reteller
from cli.reconciling.view import found_page
from domain.commands import Actor
from domain.words import Role
from store.database import Database
from tests.factories import MONDAY
from workflows.protocol import Start


@pytest.mark.parametrize("given", ["of another version", {"ticket": 7}, None])
def test_a_start_of_another_version_is_told_as_that(given: Any) -> None:
    async def tell() -> None:
        payloads = await pydantic_data_converter.encode([given])
        begun = WorkflowExecutionStartedEventAttributes(input=Payloads(payloads=payloads))
        history = WorkflowHistory("ticket-X", [HistoryEvent(workflow_execution_started_event_attributes=begun)])
        await Reteller(pydantic_data_converter).tell(history, Start)

    with pytest.raises(HistoryUntold, match="its start is of another version"):
        asyncio.run(tell())


def test_the_row_of_such_a_ticket_says_what_mending_would_do() -> None:
    console = Console(record=True, width=300)
    console.print(found_page([], [Untold("DR1LL00001", "its start is of another version (no Start)")], 1))
    said = console.export_text()
    assert "cannot be told: its start is of another version" in said
    assert "with --mend --ticket NUMBER: end its run, begin one from the record, if that has it" in said


def test_a_run_that_the_record_does_not_know_is_not_ended(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'escalade.db'}")
    database.upgrade()
    nobody = cast(Client, None)  # whoever asks the engine to end the run fails
    look = Look(nobody, database, Reteller(pydantic_data_converter))
    engine = TicketEngine(nobody, task_queue="escalade", timeout=timedelta(seconds=1))
    mender = Mender(look, engine, Actor(role=Role.system, id="olaf"), lambda: MONDAY)
    with pytest.raises(Unmendable, match="its run was left as it is"):
        asyncio.run(mender.begin_again("DR1LL00001"))
