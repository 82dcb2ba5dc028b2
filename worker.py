"""The worker process: wires the workflows to the activities that do their work. No rule lives here."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial

from runtime.growing import growing

with growing():
    import uvloop
    from temporalio.client import Client
    from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
    from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

    from activities import observing
    from activities.booking import Booker
    from activities.chat import Chats
    from activities.defects import DefectCommands, DefectKeeper
    from activities.delivering import Deliverer
    from activities.mail import mailer_for
    from activities.recording import Recorder
    from activities.subscriptions import Subscriptions
    from activities.telling_tickets import TicketTeller
    from activities.texts import Texts
    from activities.ticket_commands import TicketCommands
    from activities.waking import Wake, WakeDefects, behind
    from activities.webhook import Webhooks
    from domain.words import Way
    from runtime import exposition, telemetry, zones
    from runtime.egress import Egress
    from runtime.links import link_address
    from runtime.settings import Settings, SettingsError
    from runtime.temporal import TemporalError, connect, register_search_attributes
    from runtime.vault import Vault
    from store import vital
    from store.database import Database
    from workflows import visibility
    from workflows.defect import DefectWorkflow
    from workflows.delivery import DeliveryWorkflow
    from workflows.protocol import delivery_queue
    from workflows.release import ReleaseWorkflow
    from workflows.ticket import TicketWorkflow

DEPLOYMENT = "escalade"
"""Name of our workers' deployment in Temporal."""
LAST_MAIL = timedelta(seconds=5)
"""What is under way may still end so long after SIGTERM; well inside the ten seconds that service managers give."""

BEATS_SEEN = timedelta(seconds=2)
"""A beat tells an activity that nobody waits for it: a defect whose run went on has its tickets told afresh."""


def make_worker(client: Client, settings: Settings, database: Database, wake: Wake) -> Worker:
    """The worker that keeps tickets, on `settings.task_queue`, with real activities on `database`."""
    recorder = Recorder(
        database=database,
        wake=wake,
        on_recorded=observing.observe,
        wake_defect=WakeDefects(client, settings.task_queue, database),
        subscriptions=Subscriptions(database),
    )
    teller = TicketTeller(database=database, send=TicketCommands(client))
    keeper = DefectKeeper(database=database, send=DefectCommands(client, settings.task_queue))
    return Worker(
        client,
        task_queue=settings.task_queue,
        # Delivery too, for a run of it that began here before it had a queue of its own.
        workflows=[TicketWorkflow, DeliveryWorkflow, DefectWorkflow, ReleaseWorkflow],
        activities=[
            recorder.record,
            Booker(database).settle_hours,
            _deliverer(settings, database).deliver,
            teller.tell,
            keeper.load,
            keeper.record,
            keeper.record_release,
            keeper.tell_defects,
        ],
        max_heartbeat_throttle_interval=BEATS_SEEN,
        # Time for a mail that is being handed over: broken off, nobody would know whether it has gone.
        graceful_shutdown_timeout=LAST_MAIL,
        max_cached_workflows=settings.cached_tickets,
        max_concurrent_workflow_tasks=settings.workflow_slots,
        sticky_queue_schedule_to_start_timeout=settings.sticky_timeout,
        deployment_config=deployment(settings),
        # The guard is for whoever changes a workflow: every test and replay runs inside the sandbox, production need
        # not pay a quarter of its time for it.
        workflow_runner=UnsandboxedWorkflowRunner(),
    )


def make_delivery_worker(client: Client, settings: Settings, database: Database) -> Worker:
    """The worker that carries messages, on a queue of its own: one workflow, one activity at a time."""
    return Worker(
        client,
        task_queue=delivery_queue(settings.task_queue),
        workflows=[DeliveryWorkflow],
        activities=[_deliverer(settings, database).deliver],
        max_heartbeat_throttle_interval=BEATS_SEEN,
        graceful_shutdown_timeout=LAST_MAIL,
        max_cached_workflows=10,
        max_concurrent_workflow_tasks=2,
        max_concurrent_activities=2,
        max_concurrent_activity_task_polls=1,
        sticky_queue_schedule_to_start_timeout=settings.sticky_timeout,
        deployment_config=deployment(settings),
        workflow_runner=UnsandboxedWorkflowRunner(),
    )


def _deliverer(settings: Settings, database: Database) -> Deliverer:
    return Deliverer(
        database=database,
        texts=Texts(pages=settings.pages_url, link=partial(link_address, settings)),
        mailer=mailer_for(settings),
        now=_now,
        others={
            Way.chat: Chats(database, Vault(settings)),
            Way.webhook: Webhooks(database, Vault(settings), Egress(settings), _now),
        },
    )


def deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    """Which version this worker is; a ticket moves to the current version with its next step. None: any worker's."""
    if settings.worker_version is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, settings.worker_version),
        use_worker_versioning=True,
        # Tickets live for months: one that stayed with the version that opened it would keep that version running.
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


def _now() -> datetime:
    return datetime.now(UTC)


async def run(settings: Settings) -> None:
    """Works until SIGINT or SIGTERM; finishes what it has in hand."""
    telemetry.set_up("escalade-worker", settings)
    exposition.watch_engine_client()
    exposition.serve(settings)
    client = await connect(settings, plugins=telemetry.temporal_plugins())
    await register_search_attributes(client, visibility.SEARCH_ATTRIBUTES)
    database = Database(settings.sqlalchemy_url)
    observing.watch_connections(lambda: vital.connections(database))
    wake = Wake(client, settings.task_queue)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with make_worker(client, settings, database, wake), make_delivery_worker(client, settings, database):
        # A worker that died may have recorded messages without waking their delivery.
        left = asyncio.create_task(behind(wake, WakeDefects(client, settings.task_queue, database).behind))
        await stop.wait()
        left.cancel()


def main() -> None:
    """`python worker.py`: reads the ESCALADE_* settings; exits with 2 and a sentence when they cannot be used."""
    zones.pin()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(Settings.load()))
    except (SettingsError, TemporalError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
