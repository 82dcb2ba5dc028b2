"""The embedded Temporal server keeps what it has acknowledged, whatever is killed."""

from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus

from cli.stack import temporal_command
from runtime.settings import Settings
from runtime.temporal import connect
from tests.cli.stacks import Stack


def settings_of(stack: Stack) -> Settings:
    command = stack.children()["temporal"].cmdline()
    return Settings(home=stack.home, temporal_port=int(command[command.index("--port") + 1]))


async def still_running(client: Client, ticket: str) -> bool:
    description = await client.get_workflow_handle(ticket).describe()
    return description.status == WorkflowExecutionStatus.RUNNING


async def test_a_ticket_outlives_a_killed_server_and_then_a_killed_stack(tmp_path: Path) -> None:
    with Stack(tmp_path, engine=True) as stack:
        stack.until("ready")
        settings = settings_of(stack)
        client = await connect(settings)
        await client.start_workflow("Nobody", id="ticket-1", task_queue="nobody")
        assert (stack.home / "temporal.db-wal").exists(), "a change is one append, not a journal made and removed"

        stack.children()["temporal"].kill()
        assert stack.until("temporal died").startswith("temporal died (signal 9); started again, pid")
        assert await still_running(await connect(settings), "ticket-1")

        stack.process.kill()
    with Stack(tmp_path, engine=True) as again:
        again.until("ready")
        assert await still_running(await connect(settings_of(again)), "ticket-1")
        assert again.interrupt() == 0


def test_the_servers_timer_shift_is_written_as_the_server_reads_it() -> None:
    command = temporal_command(Settings(timer_shift=timedelta(milliseconds=10)))
    assert 'history.timerProcessorMaxTimeShift="10000us"' in command


def test_the_servers_file_is_in_the_home(tmp_path: Path) -> None:
    command = temporal_command(Settings(home=tmp_path))
    assert command[command.index("--db-filename") + 1] == str(tmp_path / "temporal.db")


def test_the_servers_file_is_written_ahead_and_on_the_disk_before_an_answer(tmp_path: Path) -> None:
    def pragmas(settings: Settings) -> set[str]:
        command = temporal_command(settings)
        return {command[at + 1] for at, word in enumerate(command) if word == "--sqlite-pragma"}

    assert pragmas(Settings()) == {"journal_mode=wal", "synchronous=full"}
    assert pragmas(Settings(temporal_sync="normal")) == {"journal_mode=wal", "synchronous=normal"}
