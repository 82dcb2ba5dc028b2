"""Mails as they came in: what became of each, and the original for inspection."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table

from store.tables.base import instant, metadata, words

mails = Table(
    "mails",
    metadata,
    words("id", primary_key=True),
    words("message_id"),
    words("sender"),
    words("return_path"),
    words("recipients"),  # with spaces between them
    words("subject"),
    instant("received_at"),
    Column("size", Integer, nullable=False),
    words("outcome"),  # store.mails.Outcome
    words("ticket", optional=True),  # that it led to, or names
    words("message", optional=True),  # under which it is kept among the unmatched
    words("detail"),
    Column("original", LargeBinary),  # packed; absent once its time is over
    Index("mails_by_time", "received_at", "id"),
    Index("mails_by_sender", "sender", "received_at"),
    Index("mails_by_ticket", "ticket", "received_at"),
)
