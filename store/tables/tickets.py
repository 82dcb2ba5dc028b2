"""A ticket's row, its events, its clocks, and the messages that they call for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, text

from store.tables.base import instant, metadata, ticket, words
from store.types import Document, UtcInstantOrNever

_WAITS = text("defect_heard IS NOT NULL")
tickets = Table(
    "tickets",
    metadata,
    words("id", primary_key=True),
    Column("version", Integer, nullable=False),
    words("subject"),
    words("organisation"),
    words("contract"),
    words("contact"),
    words("channel"),
    words("language"),
    words("agreement"),
    words("revision"),
    words("status"),
    words("severity"),
    Column("severity_rank", Integer, nullable=False),
    Column("provisional", Boolean, nullable=False),
    words("level"),
    words("group", optional=True),
    words("assignee", optional=True),
    instant("opened_at"),
    instant("closed_at", optional=True),
    words("closing", optional=True),
    instant("reopen_until", optional=True),
    Column("next_due", UtcInstantOrNever, nullable=False),
    Column("round", Integer, nullable=False),
    words("question", optional=True),
    words("resolution_kind", optional=True),
    words("resolution_text", optional=True),
    words("episode", optional=True),
    words("programme", optional=True),
    words("kind", optional=True),
    words("cover", optional=True),
    words("missing", optional=True),
    words("product", optional=True),
    words("success_manager", optional=True),
    Column("queue_rank", Integer, nullable=False, server_default="0"),
    Column("promise_due", UtcInstantOrNever),
    words("awaited", optional=True),  # from the client: answer, consent, quote, intake
    Column("client_rank", Integer, nullable=False, server_default="1"),
    words("impact", optional=True),
    words("update_interval", optional=True),
    words("defect", optional=True),
    Column("defect_heard", Integer),  # absent when it does not wait
    instant("defect_since", optional=True),
    words("defect_version", optional=True),
    words("commitment", optional=True),  # open or kept
    Column("promised_by", UtcInstantOrNever),
    words("service", optional=True),
    instant("down_since", optional=True),
    instant("up_at", optional=True),
    words("fault", optional=True),
    Column("fence", BigInteger, nullable=False),
    instant("updated_at"),
    instant("recorded_at"),
    # One for each order of the lists, and the orders that a client and a member of staff look at all day.
    Index("tickets_by_queue", "queue_rank", "promise_due", "id"),
    Index("tickets_by_next_due", "next_due", "id"),
    Index("tickets_by_opened_at", "opened_at", "id"),
    Index("tickets_by_updated_at", "updated_at", "id"),
    Index("tickets_by_severity", "severity_rank", "next_due", "id"),
    Index("tickets_by_organisation", "organisation", "opened_at", "id"),
    Index("tickets_by_client_rank", "organisation", "client_rank", "promise_due", "id"),
    Index("tickets_by_assignee", "assignee", "next_due", "id"),
    Index("tickets_by_defect", "defect", "id", "defect_heard", sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("tickets_by_status", "status", "level", "severity"),
    Index("tickets_by_promised_by", "promised_by", "id"),
    Index("tickets_by_service", "service", "down_since"),
)

events = Table(
    "events",
    metadata,
    ticket(),
    Column("sequence", Integer, nullable=False),
    instant("at"),
    words("type"),
    words("role"),
    words("actor"),
    words("cause"),
    Column("body", Document, nullable=False),
    PrimaryKeyConstraint("ticket", "sequence"),
)

_LATE = text("verdict IS NULL AND missed_due IS NOT NULL")
clocks = Table(
    "clocks",
    metadata,
    ticket(),
    Column("number", Integer, nullable=False),
    words("id"),
    words("kind"),
    words("severity"),  # under which it was last measured
    words("level"),  # at which it was started
    instant("started_at"),
    instant("due", optional=True),
    instant("missed_due", optional=True),
    words("verdict", optional=True),
    instant("ended_at", optional=True),
    Column("late", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("body", Document, nullable=False),
    PrimaryKeyConstraint("ticket", "number"),
    Index("clocks_late", "ticket", sqlite_where=_LATE, postgresql_where=_LATE),
)

_PENDING = text("state = 'pending'")
outbox = Table(
    "outbox",
    metadata,
    words("key", primary_key=True),
    ticket(optional=True),  # an announcement to every client is about none
    Column("sequence", Integer, nullable=False),
    words("to_kind"),
    words("to_id"),
    words("template"),
    Column("body", Document, nullable=False),
    words("state"),  # pending, delivered, failed, withdrawn: store.outbox.State
    Column("attempts", Integer, nullable=False),
    instant("next_attempt_at"),
    words("last_error", optional=True),
    instant("created_at"),
    instant("delivered_at", optional=True),
    words("channel", optional=True),
    Index("outbox_by_ticket", "ticket", "sequence"),
    Index("outbox_by_state", "state", "created_at"),
    # The outbox keeps what was delivered; looking for what is due must not walk through it.
    Index("outbox_pending", "next_attempt_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
)
