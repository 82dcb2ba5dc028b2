"""The board's pages, gathered for the application."""

from __future__ import annotations

from api.board import acting, bulk, lists, overview, queue, runbook, stream, ticket, unmatched, watch

PAGES = (queue, runbook, stream, bulk, ticket, acting, overview, unmatched, lists, watch, runbook)
