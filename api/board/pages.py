"""The board's pages, gathered for the application."""

from __future__ import annotations

from api.board import bulk, queue, stream

PAGES = (queue, stream, bulk)
