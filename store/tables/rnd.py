"""Defects, what R&D announced about them, the tickets that could not be told, and releases."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table

from store.tables.base import instant, metadata, ticket, words
from store.types import Document

defects = Table(
    "defects",
    metadata,
    words("id", primary_key=True),
    words("title"),
    words("description"),
    words("product", optional=True),
    words("status"),
    instant("opened_at"),
    words("opened_role"),
    words("opened_by"),
    Column("announcements", Integer, nullable=False),
    instant("updated_at"),
    Index("defects_by_opened_at", "opened_at", "id"),
    Index("defects_by_updated_at", "updated_at", "id"),
    Index("defects_by_status", "status", "product"),
)

announcements = Table(
    "defect_announcements",
    metadata,
    Column("defect", ForeignKey("defects.id"), nullable=False),
    Column("number", Integer, nullable=False),
    instant("at"),
    words("role"),
    words("by"),
    words("kind"),
    words("text"),
    words("release", optional=True),
    words("line", optional=True),
    words("command"),
    words("digest"),
    PrimaryKeyConstraint("defect", "number"),
)

unreached = Table(
    "defect_unreached",
    metadata,
    Column("defect", ForeignKey("defects.id"), nullable=False),
    ticket(),
    Column("number", Integer, nullable=False),  # the announcement up to which it could not be told
    instant("at"),
    PrimaryKeyConstraint("defect", "ticket"),
)

releases = Table(
    "releases",
    metadata,
    words("product"),
    words("version"),
    words("line", optional=True),
    words("text"),
    Column("fixes", Document, nullable=False),
    instant("published_at"),
    words("role"),
    words("by"),
    words("digest"),
    PrimaryKeyConstraint("product", "version"),
    Index("releases_by_published_at", "published_at", "product", "version"),
)
