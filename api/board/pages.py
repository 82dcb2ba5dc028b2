"""The board's pages, gathered for the application."""

from __future__ import annotations

from api.board import (
    acting,
    alerts,
    audit,
    bulk,
    calls,
    defects,
    erasure,
    lists,
    overview,
    queue,
    releases,
    runbook,
    sent,
    stream,
    ticket,
    unmatched,
    watch,
)

PAGES = (
    queue, stream, bulk, ticket, acting, calls, overview, unmatched, alerts, lists, defects, releases, erasure,
    watch, sent, audit, runbook,
)  # fmt: skip
