"""Who is signed in with a browser."""

from __future__ import annotations

from sqlalchemy import Index, Table

from store.tables.base import instant, metadata, organisation, words

sessions = Table(
    "sessions",
    metadata,
    words("id", primary_key=True),
    words("hash", unique=True),
    words("subject"),
    words("role"),
    organisation(optional=True),
    words("name"),
    words("language"),
    words("csrf"),
    words("way"),
    words("credential", optional=True),  # what it hangs on: the key's id, or the provider's name
    instant("created_at"),
    instant("expires_at"),
    instant("seen_at"),
    instant("ended_at", optional=True),
    Index("sessions_by_subject", "subject", "ended_at"),
    Index("sessions_by_end", "expires_at"),
)
