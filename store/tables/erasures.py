"""Erasures of people that were asked for: by whom, how far each has come. Never whose words they were."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, text

from store.tables.base import instant, metadata, organisation, words
from store.types import Document

_UNFINISHED = text("ended_at IS NULL")

erasures = Table(
    "erasures",
    metadata,
    words("contact", primary_key=True),
    organisation(),
    words("role"),
    words("by"),
    instant("asked_at"),
    instant("moved_at", optional=True),  # when somebody at work was last heard of; null: nobody has begun
    instant("ended_at", optional=True),
    Column("tickets", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("counts", Document, nullable=False),  # store.erasing.Counts
    words("failure", optional=True),
    Index("erasures_unfinished", "asked_at", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
)
