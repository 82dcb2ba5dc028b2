"""The tables. Migrations make them (store/migrations); a test holds that both say the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from store.types import Document, UtcInstant, UtcInstantOrNever

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_name)s_uq",
    }
)


def _words(name: str, *, optional: bool = False, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=optional, **more)


def _instant(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, UtcInstant, nullable=optional)


def _organisation(*, optional: bool = False) -> Column[str]:
    return Column("organisation", Text, ForeignKey("organisations.id"), nullable=optional)


def _ticket() -> Column[str]:
    return Column("ticket", Text, ForeignKey("tickets.id"), nullable=False)


organisations = Table(
    "organisations",
    metadata,
    _words("id", primary_key=True),
    _words("name"),
    Column("aliases", Document, nullable=False),  # names under which monitors know it
    _words("language"),
)

contracts = Table(
    "contracts",
    metadata,
    _words("id", primary_key=True),
    _organisation(),
    _words("agreement"),
    _words("programme", optional=True),
    _words("region", optional=True),
    _instant("valid_from"),
    _instant("valid_to", optional=True),
    Index("contracts_by_organisation", "organisation", "valid_from"),
)

contacts = Table(
    "contacts",
    metadata,
    _words("id", primary_key=True),
    _organisation(),
    _words("name"),
    _words("email", optional=True),
    _words("telephone", optional=True),
    _words("role"),
    _words("language"),
    Index("contacts_by_organisation", "organisation", "role"),
)

staff = Table(
    "staff",
    metadata,
    _words("id", primary_key=True),
    _words("name"),
    _words("email", optional=True),
    _words("role"),
    _words("level", optional=True),
    _words("group", optional=True),
)

mailboxes = Table(
    "mailboxes",
    metadata,
    _words("kind"),  # team or role, as in domain.messages.Recipient
    _words("id"),
    _words("email"),
    PrimaryKeyConstraint("kind", "id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _words("id", primary_key=True),
    _words("hash", unique=True),
    _words("role"),
    _words("subject"),
    _organisation(optional=True),
    _instant("created_at"),
    _instant("expires_at", optional=True),
    _instant("revoked_at", optional=True),
    _instant("last_used_at", optional=True),
)

agreements = Table(
    "agreements",
    metadata,
    _words("name"),
    _words("revision"),
    _instant("loaded_at"),
    _words("document"),
    Column("current", Boolean, nullable=False),
    PrimaryKeyConstraint("name", "revision"),
    # Two current revisions of one agreement would make new tickets depend on chance.
    Index(
        "agreements_current",
        "name",
        unique=True,
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
)

tickets = Table(
    "tickets",
    metadata,
    _words("id", primary_key=True),
    Column("version", Integer, nullable=False),
    _words("subject"),
    _words("organisation"),
    _words("contract"),
    _words("contact"),
    _words("channel"),
    _words("language"),
    _words("agreement"),
    _words("revision"),
    _words("status"),
    _words("severity"),
    Column("severity_rank", Integer, nullable=False),
    Column("provisional", Boolean, nullable=False),
    _words("level"),
    _words("group", optional=True),
    _words("assignee", optional=True),
    _instant("opened_at"),
    _instant("closed_at", optional=True),
    _words("closing", optional=True),
    _instant("reopen_until", optional=True),
    Column("next_due", UtcInstantOrNever, nullable=False),
    Column("round", Integer, nullable=False),
    _words("question", optional=True),
    _words("resolution_kind", optional=True),
    _words("resolution_text", optional=True),
    _words("episode", optional=True),
    Column("fence", BigInteger, nullable=False),
    _instant("updated_at"),
    _instant("recorded_at"),
    # One for each order of the lists, and the orders that a client and a member of staff look at all day.
    Index("tickets_by_next_due", "next_due", "id"),
    Index("tickets_by_opened_at", "opened_at", "id"),
    Index("tickets_by_updated_at", "updated_at", "id"),
    Index("tickets_by_severity", "severity_rank", "next_due", "id"),
    Index("tickets_by_organisation", "organisation", "opened_at", "id"),
    Index("tickets_by_assignee", "assignee", "next_due", "id"),
    Index("tickets_by_status", "status", "level", "severity"),
)

events = Table(
    "events",
    metadata,
    _ticket(),
    Column("sequence", Integer, nullable=False),
    _instant("at"),
    _words("type"),
    _words("role"),
    _words("actor"),
    _words("cause"),
    Column("body", Document, nullable=False),
    PrimaryKeyConstraint("ticket", "sequence"),
)

_LATE = text("verdict IS NULL AND missed_due IS NOT NULL")
clocks = Table(
    "clocks",
    metadata,
    _ticket(),
    Column("number", Integer, nullable=False),
    _words("id"),
    _words("kind"),
    _words("severity"),  # under which it was last measured
    _words("level"),  # at which it was started
    _instant("started_at"),
    _instant("due", optional=True),
    _instant("missed_due", optional=True),
    _words("verdict", optional=True),
    _instant("ended_at", optional=True),
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
    _words("key", primary_key=True),
    _ticket(),
    Column("sequence", Integer, nullable=False),
    _words("to_kind"),
    _words("to_id"),
    _words("template"),
    Column("body", Document, nullable=False),
    _words("state"),  # pending, delivered, failed, withdrawn: store.outbox.State
    Column("attempts", Integer, nullable=False),
    _instant("next_attempt_at"),
    _words("last_error", optional=True),
    _instant("created_at"),
    _instant("delivered_at", optional=True),
    _words("channel", optional=True),
    Index("outbox_by_ticket", "ticket", "sequence"),
    Index("outbox_by_state", "state", "created_at"),
    # The outbox keeps what was delivered; looking for what is due must not walk through it.
    Index("outbox_pending", "next_attempt_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
)
