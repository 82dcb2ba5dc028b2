"""The board's pages, gathered for the application."""

from __future__ import annotations

from api.board import (
    acting,
    alerts,
    audit,
    bulk,
    calls,
    erasure,
    lists,
    overview,
    queue,
    runbook,
    sent,
    stream,
    ticket,
    unmatched,
    watch,
)

PAGES = (
    queue, stream, bulk, ticket, acting, calls, overview, unmatched, alerts, lists, erasure, watch, sent, audit,
    runbook,
)  # fmt: skip
