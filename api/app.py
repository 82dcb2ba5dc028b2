"""The application: what the process has, what stands before every operation, and the doors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version

from fastapi import Depends, FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

from api import failures
from api.access.audit import Audit
from api.access.auth import Keyring, authorise
from api.access.browser import Browsers
from api.access.contact_roles import ContactRoles
from api.access.ending import Ending
from api.access.limits import BodyLimit
from api.access.rates import Rates
from api.attachments.sweeping import keep_sweeping
from api.attachments.taking import Limits
from api.board.feed import Feed
from api.context import Context
from api.document import docs, openapi
from api.doors import DOORS
from api.engine.tickets import Engine, TicketEngine
from api.erasure.carrying import keep_erasing
from api.http.problems import RETRY_AFTER
from api.identity.provider_client import ProviderClient
from api.identity.providers import providers
from api.mailroom.door import listening
from api.monitoring import signing
from api.monitoring.monitors import Monitors
from api.monitoring.sweeping import keep_carrying
from api.outgoing import unusable
from api.pages import assets
from api.pages import failures as page_failures
from api.pages.headers import SecurityHeaders
from api.tidying import keep_tidy
from domain.alerts import Bounds
from runtime.settings import Settings
from runtime.telemetry import temporal_plugins
from runtime.temporal import TemporalError, connect, register_search_attributes
from store.database import Database
from workflows.visibility import SEARCH_ATTRIBUTES

log = logging.getLogger(__name__)


def create_app(
    settings: Settings | None = None, *, engine: Engine | None = None, database: Database | None = None
) -> FastAPI:
    """The API over these settings, or those of the environment; `engine` and `database` take the place of real ones.

    It starts without Temporal and says so at /health/ready; it joins as soon as Temporal answers.
    """
    settings = settings or Settings.load()
    limits = Limits.of(settings)
    bounds = Bounds(tickets=settings.alert_tickets, within=settings.alert_window)
    ours = Context(
        database=database or Database(settings.sqlalchemy_url),
        connected=engine,
        attachments=limits,
        monitors=Monitors.of(settings.monitors_dir, bounds, settings.alert_groups),
        settings=settings,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.loop = asyncio.get_running_loop()
        sweeping = keep_sweeping(ours.database, timedelta(days=settings.inbound_days))
        tidying, carrying, erasing = keep_tidy(ours.database, settings), keep_carrying(ours), keep_erasing(ours)
        endless = (_join(settings, ours), sweeping, tidying, carrying, erasing)
        running = [asyncio.create_task(one) for one in endless]
        try:
            async with listening(settings, ours) as app.state.mail_port:
                yield
        finally:
            for task in running:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await app.state.audit.flush()
            if database is None:
                ours.database.close()

    app = FastAPI(
        title="Escalade",
        version=_version(),
        lifespan=lifespan,
        dependencies=[Depends(authorise)],
        docs_url=None,
        redoc_url=None,
        routes=DOORS.routes,
    )
    app.state.context = ours
    app.state.settings = settings
    app.state.keyring = Keyring(ours.database)
    app.state.proofs = dict.fromkeys(signing.OPERATIONS, signing.proof)
    app.state.browsers = Browsers(ours.database)
    app.add_middleware(BodyLimit, attachment=limits.size)
    app.state.providers = {name: ProviderClient(one) for name, one in providers(settings).items()}
    app.state.audit = Audit(ours.database)
    app.state.rates = Rates(ours.database)
    app.state.contact_roles = ContactRoles(ours.database)
    app.state.feed = Feed(ours.database)
    app.add_middleware(Ending)
    app.add_middleware(SecurityHeaders, https=settings.https)
    failures.install(app, page_failures.failure_page)
    unusable.install(app)
    openapi.describe(app)
    docs.install(app)
    assets.install(app)
    # A span for each request, but not for each piece of it that is read or sent.
    # None for the sign-in: its addresses carry what signs in, and a span would show them.
    FastAPIInstrumentor.instrument_app(
        app, exclude_spans=["receive", "send"], excluded_urls="health/.*,metrics,sign-in/.*"
    )
    return app


async def _join(settings: Settings, ours: Context) -> None:
    """Gives the doors their engine, however long Temporal takes to answer."""
    while ours.connected is None:
        try:
            client = await connect(settings, plugins=temporal_plugins())
            await register_search_attributes(client, SEARCH_ATTRIBUTES)
        except TemporalError as error:
            ours.waiting_for = str(error)
            log.error("%s", error)
            await asyncio.sleep(RETRY_AFTER)
            continue
        ours.connected = TicketEngine(
            client, task_queue=settings.task_queue, timeout=settings.command_timeout, pages=settings.pages_url
        )


def _version() -> str:
    try:
        return version("escalade")
    except PackageNotFoundError:
        return "0"
