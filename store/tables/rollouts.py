"""Roll-outs of a changed agreement to running tickets: who, when, how far."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from store.tables.base import instant, metadata, words
from store.types import Document

rollouts = Table(
    "rollouts",
    metadata,
    words("id", primary_key=True),
    words("agreement"),
    words("revision"),
    words("by"),
    instant("began_at"),
    instant("ended_at", optional=True),
    Column("counts", Document, nullable=False),  # store.rollouts.Counts
    Index("rollouts_by_agreement", "agreement", "began_at"),
)
