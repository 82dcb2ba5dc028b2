"""The embedded stack: Temporal server, worker and API on this machine, as `escalade up` runs them."""

import asyncio
import os
import shutil
import signal
import ssl
import sys
import sysconfig
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx

from cli.leftovers import StackError, refuse_taken_ports
from cli.supervisor import Child, Supervisor
from runtime.settings import PREFIX, Settings
from runtime.temporal import TemporalError, connect

Step = Callable[[], Awaitable[None]]

# How our own processes are started, here and in containers alike.
# -P: a worker.py in the folder somebody happens to stand in must not win.
WORKER = ("-P", "-m", "worker")
API = ("-P", "-m", "api")
PREPARE = ("escalade", "prepare")  # migrations and search attributes, where no `escalade up` does it
READY_PATH = "/health/ready"
_UNCERTIFIED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: our own address is plain HTTP, and reading the authorities' certificates takes 20 ms at each look."""
PATIENCE = 90.0  # seconds a process may take; a busy machine with two cores is slow to import


async def run_stack(
    settings: Settings,
    *,
    say: Callable[[str], None],
    prepare: Step | None = None,
    on_ready: Step | None = None,
) -> None:
    """Run the stack until SIGINT, SIGTERM or SIGHUP; then everything it started has ended.

    `prepare` runs when Temporal answers and before anything of ours starts (migrations, demo data);
    `on_ready` when all is healthy. A second signal kills what takes its time. Raises StackError.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    async with Supervisor(settings.home.resolve(), say) as supervisor:

        def stop_or_kill() -> None:
            if stop.is_set():
                supervisor.kill()
            stop.set()

        handled = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in handled:
            loop.add_signal_handler(number, stop_or_kill)
        stopping = asyncio.create_task(stop.wait())
        running = asyncio.create_task(_run(settings, supervisor, prepare, on_ready))
        try:
            await asyncio.wait((stopping, running), return_when=asyncio.FIRST_COMPLETED)
            if stopping.done():
                say("stopping")
                running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await supervisor.stop()
        finally:
            stopping.cancel()
            running.cancel()
            for number in handled:
                loop.remove_signal_handler(number)


async def _run(settings: Settings, supervisor: Supervisor, prepare: Step | None, on_ready: Step | None) -> None:
    refuse_taken_ports(_ports(settings))
    if settings.embedded:
        await supervisor.start(temporal(settings))
    if prepare is not None:
        await prepare()
    # Side by side: each takes a second or two to import, and the API is ready only once a worker polls.
    await asyncio.gather(supervisor.start(worker(settings)), supervisor.start(api(settings)))
    if on_ready is not None:
        await on_ready()
    await supervisor.broken


def temporal(settings: Settings) -> Child:
    """The embedded Temporal server on its SQLite file."""

    async def ready() -> str | None:
        try:
            await connect(settings, patience=timedelta(0))
        except TemporalError as error:
            return str(error)
        return None

    return Child("temporal", temporal_command(settings), {}, ready, PATIENCE)


def temporal_command(settings: Settings) -> tuple[str, ...]:
    """The dev server's command line; StackError where its program is not installed."""
    return (
        _program("temporal"),
        "server",
        "start-dev",
        *("--db-filename", str(settings.home.resolve() / "temporal.db")),
        # Its own choice is a rollback journal: three times as slow, for the same safety (decision 32).
        *("--sqlite-pragma", "journal_mode=wal"),
        *("--sqlite-pragma", f"synchronous={settings.temporal_sync}"),
        *("--ip", "127.0.0.1"),
        *("--port", str(settings.temporal_port)),
        *("--ui-port", str(settings.temporal_ui_port)),
        *("--namespace", settings.temporal_namespace),
        *("--dynamic-config-value", f'history.timerProcessorMaxTimeShift="{_go(settings.timer_shift)}"'),
        *("--log-level", "error"),
        "--ui-disable-news-fetch",
    )


def worker(settings: Settings) -> Child:
    """The worker process. What it lacks shows in the API's readiness, which wants a worker polling."""
    return Child("worker", (sys.executable, *WORKER), _environment(settings))


def api(settings: Settings) -> Child:
    """The API process, ready when its readiness check is: engine, database, a worker polling."""

    async def ready() -> str | None:
        # A proxy set for this machine must not be asked for a local address.
        async with httpx.AsyncClient(trust_env=False, timeout=5, verify=_UNCERTIFIED) as http:
            try:
                answer = await http.get(settings.api_url + READY_PATH)
            except httpx.HTTPError as error:
                return f"{READY_PATH} gives no answer ({error})"
        if answer.status_code == 200:
            return None
        return f"{READY_PATH} answers {answer.status_code}: {answer.text[:500]}"

    return Child("api", (sys.executable, *API), _environment(settings), ready, PATIENCE)


def _environment(settings: Settings) -> Mapping[str, str]:
    # A setting given to us by an argument may be the default again where the variable says otherwise.
    ours = {name: "" for name in os.environ if name.startswith(PREFIX)}
    return {**ours, **settings.environment(), "PYTHONUNBUFFERED": "1"}


def _ports(settings: Settings) -> Mapping[str, tuple[str, int]]:
    ports = {f"{PREFIX}API_PORT": (settings.api_host, settings.api_port)}
    if settings.embedded:
        ports[f"{PREFIX}TEMPORAL_PORT"] = ("127.0.0.1", settings.temporal_port)
        ports[f"{PREFIX}TEMPORAL_UI_PORT"] = ("127.0.0.1", settings.temporal_ui_port)
    if settings.inbound_smtp_port:
        ports[f"{PREFIX}INBOUND_SMTP_PORT"] = (settings.inbound_smtp_host, settings.inbound_smtp_port)
    return ports


def _program(name: str) -> str:
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise StackError(
            f"the program {name} is not installed beside {sys.executable}: install requirements.lock "
            "(make does), or set ESCALADE_TEMPORAL_ADDRESS to a server that runs elsewhere"
        )
    return found


def _go(span: timedelta) -> str:
    return f"{span // timedelta(microseconds=1)}us"
