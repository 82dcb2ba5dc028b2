"""The first tables: directory, keys, agreements, and a ticket's row, events, clocks and outbox.

A migration is history: it names columns by itself and imports nothing of ours that could change under it.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "organisations", "contracts", "contacts", "staff", "mailboxes", "api_keys", "agreements",
    "tickets", "events", "clocks", "outbox",
)  # fmt: skip


def words(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name.rstrip("?"), sa.Text, nullable=name.endswith("?")) for name in names]


def instants(*names: str) -> list[sa.Column[Any]]:
    at = sa.DateTime(timezone=True)
    return [sa.Column(name.rstrip("?"), at, nullable=name.endswith("?")) for name in names]


def numbers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def flags(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def document(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON, nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"{table}_pk")


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"{table}_{column}_fk")


def partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    directory()
    keys_and_agreements()
    ticket()
    deliveries()


def directory() -> None:
    op.create_table(
        "organisations", *words("id", "name"), document("aliases"), *words("language"), key("organisations", "id")
    )
    op.create_table(
        "contracts",
        *words("id", "organisation", "agreement", "programme?", "region?"),
        *instants("valid_from", "valid_to?"),
        key("contracts", "id"),
        refers("contracts", "organisation", "organisations.id"),
    )
    op.create_index("contracts_by_organisation", "contracts", ["organisation", "valid_from"])
    op.create_table(
        "contacts",
        *words("id", "organisation", "name", "email?", "telephone?", "role", "language"),
        key("contacts", "id"),
        refers("contacts", "organisation", "organisations.id"),
    )
    op.create_index("contacts_by_organisation", "contacts", ["organisation", "role"])
    op.create_table("staff", *words("id", "name", "email?", "role", "level?", "group?"), key("staff", "id"))
    op.create_table("mailboxes", *words("kind", "id", "email"), key("mailboxes", "kind", "id"))


def keys_and_agreements() -> None:
    op.create_table(
        "api_keys",
        *words("id", "hash", "role", "subject", "organisation?"),
        *instants("created_at", "expires_at?", "revoked_at?", "last_used_at?"),
        key("api_keys", "id"),
        sa.UniqueConstraint("hash", name="api_keys_hash_uq"),
        refers("api_keys", "organisation", "organisations.id"),
    )
    op.create_table(
        "agreements",
        *words("name", "revision"),
        *instants("loaded_at"),
        *words("document"),
        *flags("current"),
        key("agreements", "name", "revision"),
    )
    partial("agreements_current", "agreements", ["name"], "current", unique=True)


def ticket() -> None:
    op.create_table(
        "tickets",
        *words("id"),
        *numbers("version"),
        *words("subject", "organisation", "contract", "contact", "channel", "language", "agreement", "revision"),
        *words("status", "severity"),
        *numbers("severity_rank"),
        *flags("provisional"),
        *words("level", "group?", "assignee?"),
        *instants("opened_at", "closed_at?"),
        *words("closing?"),
        *instants("reopen_until?", "next_due"),
        *numbers("round"),
        *words("question?", "resolution_kind?", "resolution_text?", "episode?"),
        sa.Column("fence", sa.BigInteger, nullable=False),
        *instants("updated_at", "recorded_at"),
        key("tickets", "id"),
    )
    op.create_index("tickets_by_next_due", "tickets", ["next_due", "id"])
    op.create_index("tickets_by_opened_at", "tickets", ["opened_at", "id"])
    op.create_index("tickets_by_updated_at", "tickets", ["updated_at", "id"])
    op.create_index("tickets_by_severity", "tickets", ["severity_rank", "next_due", "id"])
    op.create_index("tickets_by_organisation", "tickets", ["organisation", "opened_at", "id"])
    op.create_index("tickets_by_assignee", "tickets", ["assignee", "next_due", "id"])
    op.create_index("tickets_by_status", "tickets", ["status", "level", "severity"])
    op.create_table(
        "events",
        *words("ticket"),
        *numbers("sequence"),
        *instants("at"),
        *words("type", "role", "actor", "cause"),
        document("body"),
        key("events", "ticket", "sequence"),
        refers("events", "ticket", "tickets.id"),
    )
    op.create_table(
        "clocks",
        *words("ticket"),
        *numbers("number"),
        *words("id", "kind", "severity", "level"),
        *instants("started_at", "due?", "missed_due?"),
        *words("verdict?"),
        *instants("ended_at?"),
        *numbers("late"),
        *flags("paused"),
        document("body"),
        key("clocks", "ticket", "number"),
        refers("clocks", "ticket", "tickets.id"),
    )
    partial("clocks_late", "clocks", ["ticket"], "verdict IS NULL AND missed_due IS NOT NULL")


def deliveries() -> None:
    op.create_table(
        "outbox",
        *words("key", "ticket"),
        *numbers("sequence"),
        *words("to_kind", "to_id", "template"),
        document("body"),
        *words("state"),
        *numbers("attempts"),
        *instants("next_attempt_at"),
        *words("last_error?"),
        *instants("created_at", "delivered_at?"),
        *words("channel?"),
        key("outbox", "key"),
        refers("outbox", "ticket", "tickets.id"),
    )
    op.create_index("outbox_by_ticket", "outbox", ["ticket", "sequence"])
    op.create_index("outbox_by_state", "outbox", ["state", "created_at"])
    partial("outbox_pending", "outbox", ["next_attempt_at"], "state = 'pending'")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
