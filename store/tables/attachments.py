"""Files that people sent: what each is, its content once per organisation, and where it is used."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from store.tables.base import instant, metadata, ticket, words

attachment_contents = Table(
    "attachment_contents",
    metadata,
    words("organisation"),  # empty while nobody knows whose it is
    words("sha256"),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("organisation", "sha256"),
)

_WAITS = text("drop_at IS NOT NULL")
attachments = Table(
    "attachments",
    metadata,
    words("id", primary_key=True),
    words("organisation"),
    words("sha256"),
    words("name"),
    words("media_type"),
    Column("size", Integer, nullable=False),
    words("uploader"),
    instant("uploaded_at"),
    instant("drop_at", optional=True),  # absent: something uses it
    words("message", optional=True),  # the message that came in with it
    # A content that is about to be dropped and a new file that needs it must not miss each other.
    ForeignKeyConstraint(
        ["organisation", "sha256"], ["attachment_contents.organisation", "attachment_contents.sha256"]
    ),
    Index("attachments_by_content", "organisation", "sha256"),
    Index("attachments_by_message", "message"),
    Index("attachments_waiting", "drop_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("attachments_waiting_of", "uploader", sqlite_where=_WAITS, postgresql_where=_WAITS),
)

attachment_uses = Table(
    "attachment_uses",
    metadata,
    ticket(),
    Column("sequence", Integer, nullable=False),  # of the event that carries it
    Column("attachment", Text, ForeignKey("attachments.id"), nullable=False),
    Column("internal", Boolean, nullable=False),  # of an internal note: no client sees it
    instant("at"),
    words("role"),
    PrimaryKeyConstraint("ticket", "sequence", "attachment"),
    Index("attachment_uses_by_attachment", "attachment"),
)
