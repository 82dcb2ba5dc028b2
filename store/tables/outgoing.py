"""Where messages go besides mailboxes, and what their readers wish: webhooks, chat channels, preferences."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table

from store.tables.base import instant, metadata, organisation, words
from store.types import Document

webhooks = Table(
    "webhooks",
    metadata,
    words("id", primary_key=True),
    organisation(optional=True),  # absent: every organisation's tickets, and what is internal
    words("url"),
    words("description"),
    Column("events", Document, nullable=False),
    words("secret"),  # sealed (runtime.vault)
    words("former_secret", optional=True),  # sealed; signs as well until `former_until`
    instant("former_until", optional=True),
    Column("active", Boolean, nullable=False),
    instant("failing_since", optional=True),
    words("last_failure", optional=True),
    instant("disabled_at", optional=True),
    words("disabled_for", optional=True),
    instant("created_at"),
    words("role"),
    words("by"),
    words("digest"),  # tells the same request, sent again, from another one
    Index("webhooks_by_time", "created_at", "id"),
    Index("webhooks_by_organisation", "organisation", "created_at", "id"),
)

chat_channels = Table(
    "chat_channels",
    metadata,
    words("id", primary_key=True),
    words("name"),
    words("to_kind"),
    words("to_id"),
    words("url"),  # sealed: it holds the password or token of the chat
    words("service"),  # which chat, to be shown
    Column("subjects", Document, nullable=False),
    Column("templates", Document, nullable=False),
    Column("severities", Document, nullable=False),
    Column("active", Boolean, nullable=False),
    instant("created_at"),
    words("by"),
    words("digest"),
    Index("chat_channels_by_owner", "to_kind", "to_id"),
    Index("chat_channels_by_time", "created_at", "id"),
)

preferences = Table(
    "preferences",
    metadata,
    words("kind"),  # contact or staff
    words("id"),
    Column("body", Document, nullable=False),  # domain.preferences.Preferences
    instant("updated_at"),
    words("by"),
    PrimaryKeyConstraint("kind", "id"),
)
