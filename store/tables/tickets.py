"""A ticket's row, its events, its clocks, and the messages that they call for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, PrimaryKeyConstraint, Table, false, text

from store.tables.base import instant, metadata, ticket, words
from store.types import Document, UtcInstantOrNever

_CALLS = text("call_number IS NOT NULL")
_WAITS = text("defect_heard IS NOT NULL")
_ALERTED = text("episode IS NOT NULL")
_AGES = text("texts_until IS NOT NULL")
_OPEN = text("status IN ('new', 'open', 'waiting', 'resolved')")
_CLOSED = text("status IN ('closed', 'archived')")
IS_OPEN = f"tickets.{_OPEN.text}"
"""Still needs something from somebody: the condition of the board's indexes, as a query of tickets says it."""

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
    Column("call_number", Integer),  # the call to the client that is to be made
    Column("call_due", UtcInstantOrNever),
    Column("call_missed", Boolean, nullable=False, server_default=false()),
    words("call_taken_by", optional=True),
    Column("call_tries", Integer, nullable=False, server_default="0"),
    instant("call_next_at", optional=True),
    instant("texts_until", optional=True),  # of an archived ticket: when what people wrote goes
    Column("fence", BigInteger, nullable=False),
    instant("updated_at"),
    instant("recorded_at"),
    # One for each order of the lists, and the orders that a client and a member of staff look at all day.
    Index("tickets_by_queue", "queue_rank", "promise_due", "id"),
    Index("tickets_by_next_due", "next_due", "id"),
    Index("tickets_by_call", "call_due", "id", sqlite_where=_CALLS, postgresql_where=_CALLS),
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
    # The board's queues, of open tickets only: those of all times would be walked past.
    Index("tickets_open", "queue_rank", "promise_due", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    *(
        Index(
            f"tickets_open_by_{name}",
            *columns,
            "queue_rank",
            "promise_due",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
        for name, columns in {
            "assignee": ("assignee",),
            "level": ("level",),
            "group": ("level", "group"),
            "client": ("organisation",),
        }.items()
    ),
    # Counting open tickets reads this alone, never their rows, which lie among the closed ones.
    Index(
        "tickets_open_standing",
        *("assignee", "level", "group", "agreement", "status", "severity"),
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index("tickets_by_texts_until", "texts_until", sqlite_where=_AGES, postgresql_where=_AGES),
    Index("tickets_closed", "updated_at", "id", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
    Index("tickets_by_recording", "recorded_at", "id", "version"),
    Index(
        "tickets_by_episode",
        *("organisation", "episode", "opened_at"),
        sqlite_where=_ALERTED,
        postgresql_where=_ALERTED,
    ),
)

ticket_words = Table(
    "ticket_words",
    metadata,
    ticket(),
    words("word"),
    PrimaryKeyConstraint("ticket", "word"),
    # In a language's own order the beginning of a word is no range: compared sign by sign.
    Index("ticket_words_by_beginning", "word", "ticket", postgresql_ops={"word": "text_pattern_ops"}),
)
"""Which words stand in what people wrote on a ticket: in lower case, without accents (store.search)."""

_OF_TIME = text("late IS NOT NULL")
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
    Column("late", Float),  # seconds from due to done, of what time itself brought: domain.lateness
    PrimaryKeyConstraint("ticket", "sequence"),
    Index("events_of_time", "at", "ticket", "sequence", sqlite_where=_OF_TIME, postgresql_where=_OF_TIME),
)

_LATE = text("verdict IS NULL AND missed_due IS NOT NULL")
_LIVE = text("verdict IS NULL")
_MISSED = text("missed_due IS NOT NULL")
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
    Index("clocks_live", "ticket", "number", sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("clocks_by_due", "due", "ticket", sqlite_where=_LIVE, postgresql_where=_LIVE),
    Index("clocks_by_missed_due", "missed_due", "ticket", sqlite_where=_MISSED, postgresql_where=_MISSED),
    Index("clocks_by_end", "ended_at", "kind", "verdict", "ticket"),
)

_PENDING = text("state = 'pending'")
_AIMED = text("target <> ''")
_UNROUTED = text("state = 'pending' AND routed_at IS NULL")
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
    words("way", server_default="mail"),  # domain.words.Way
    words("target", server_default=""),  # the chat channel or the webhook, by id
    words("origin", optional=True),  # the message that this is another way of
    instant("routed_at", optional=True),  # when its ways were chosen
    instant("held_until", optional=True),  # by its reader's quiet hours
    instant("resent_at", optional=True),
    Index("outbox_by_ticket", "ticket", "sequence"),
    Index("outbox_by_state", "state", "created_at"),
    # The outbox keeps what was delivered; looking for what is due must not walk through it.
    Index("outbox_pending", "way", "next_attempt_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
    Index("outbox_unrouted", "created_at", sqlite_where=_UNROUTED, postgresql_where=_UNROUTED),
    Index("outbox_by_time", "created_at", "key"),
    Index("outbox_by_target", "target", "created_at", "key", sqlite_where=_AIMED, postgresql_where=_AIMED),
)

attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    words("key"),
    instant("at"),
    words("outcome"),  # store.attempts.Outcome
    words("detail", optional=True),
    words("by", optional=True),  # who had it sent again
    Index("delivery_attempts_by_key", "key", "id"),
)
