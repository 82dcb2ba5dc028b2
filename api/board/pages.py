"""The board's pages, gathered for the application."""

from __future__ import annotations

from api.board import acting, bulk, lists, overview, queue, stream, ticket, unmatched, watch

PAGES = (queue, stream, bulk, ticket, acting, overview, unmatched, lists, watch)
