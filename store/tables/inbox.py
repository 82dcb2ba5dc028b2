"""Messages that came in and could not be matched with a contact: none is lost."""

from __future__ import annotations

from sqlalchemy import Index, Table, text

from store.tables.base import instant, metadata, words

_UNSETTLED = text("settled_at IS NULL")

unmatched_messages = Table(
    "unmatched_messages",
    metadata,
    words("id", primary_key=True),
    words("channel"),
    words("sender"),
    words("subject"),
    words("text"),
    words("by"),  # who posted it
    words("why"),  # store.inbox.Why
    instant("received_at"),
    instant("settled_at", optional=True),
    words("ticket", optional=True),  # what it led to
    words("about", optional=True),  # the ticket that it names, where its sender could not be trusted with it
    Index("unmatched_messages_by_time", "received_at", "id"),
    Index("unmatched_messages_unsettled", "received_at", "id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
)
