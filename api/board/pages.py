"""The board's pages, gathered for the application."""

from __future__ import annotations

from api.board import acting, bulk, overview, queue, stream, ticket

PAGES = (queue, stream, bulk, ticket, acting, overview)
