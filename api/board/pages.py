"""The board's pages, gathered for the application."""

from __future__ import annotations

from api.board import (
    acting,
    alerts,
    audit,
    bulk,
    calls,
    channels,
    defects,
    erasure,
    hours,
    lists,
    maintenance,
    overview,
    queue,
    releases,
    runbook,
    sent,
    services,
    stream,
    ticket,
    unmatched,
    watch,
    webhook,
    webhooks,
)

PAGES = (
    queue, stream, bulk, ticket, acting, calls, overview, unmatched, alerts, lists, defects, releases, erasure,
    watch, sent, audit, runbook, webhooks, webhook, channels, services, maintenance, hours,
)  # fmt: skip
