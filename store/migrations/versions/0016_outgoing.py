"""Messages go out by several ways: attempts, webhooks, chat channels, preferences."""

import sqlalchemy as sa
from alembic import op

from store import quietly

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PENDING = "state = 'pending'"
AIMED = "target <> ''"
UNROUTED = "state = 'pending' AND routed_at IS NULL"


def words(*names: str, optional: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=optional) for name in names]


def instants(*names: str, optional: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=optional) for name in names]


def documents(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.JSON, nullable=False) for name in names]


def upgrade() -> None:
    _tables()
    quietly.column("outbox", sa.Column("way", sa.Text, nullable=False, server_default="mail"))
    quietly.column("outbox", sa.Column("target", sa.Text, nullable=False, server_default=""))
    quietly.column("outbox", sa.Column("origin", sa.Text, nullable=True))
    for column in instants("routed_at", "held_until", "resent_at", optional=True):
        quietly.column("outbox", column)
    quietly.drop_index("outbox_pending", "outbox")
    quietly.index("outbox_pending", "outbox", ["way", "next_attempt_at"], where=PENDING)
    quietly.index("outbox_unrouted", "outbox", ["created_at"], where=UNROUTED)
    quietly.index("outbox_by_time", "outbox", ["created_at", "key"])
    quietly.index("outbox_by_target", "outbox", ["target", "created_at", "key"], where=AIMED)


def _tables() -> None:
    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.Integer, nullable=False),
        *words("key"),
        *instants("at"),
        *words("outcome"),
        *words("detail", "by", optional=True),
        sa.PrimaryKeyConstraint("id", name="delivery_attempts_pk"),
        if_not_exists=True,
    )
    op.create_index("delivery_attempts_by_key", "delivery_attempts", ["key", "id"], if_not_exists=True)
    op.create_table(
        "webhooks",
        *words("id"),
        sa.Column("organisation", sa.Text, nullable=True),
        *words("url", "description"),
        *documents("events"),
        *words("secret"),
        *words("former_secret", optional=True),
        *instants("former_until", optional=True),
        sa.Column("active", sa.Boolean, nullable=False),
        *instants("failing_since", optional=True),
        *words("last_failure", optional=True),
        *instants("disabled_at", optional=True),
        *words("disabled_for", optional=True),
        *instants("created_at"),
        *words("role", "by", "digest"),
        sa.PrimaryKeyConstraint("id", name="webhooks_pk"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="webhooks_organisation_fk"),
        if_not_exists=True,
    )
    op.create_index("webhooks_by_time", "webhooks", ["created_at", "id"], if_not_exists=True)
    op.create_index("webhooks_by_organisation", "webhooks", ["organisation", "created_at", "id"], if_not_exists=True)
    op.create_table(
        "chat_channels",
        *words("id", "name", "to_kind", "to_id", "url", "service"),
        *documents("subjects", "templates", "severities"),
        sa.Column("active", sa.Boolean, nullable=False),
        *instants("created_at"),
        *words("by", "digest"),
        sa.PrimaryKeyConstraint("id", name="chat_channels_pk"),
        if_not_exists=True,
    )
    op.create_index("chat_channels_by_owner", "chat_channels", ["to_kind", "to_id"], if_not_exists=True)
    op.create_index("chat_channels_by_time", "chat_channels", ["created_at", "id"], if_not_exists=True)
    op.create_table(
        "preferences",
        *words("kind", "id"),
        *documents("body"),
        *instants("updated_at"),
        *words("by"),
        sa.PrimaryKeyConstraint("kind", "id", name="preferences_pk"),
        if_not_exists=True,
    )


def downgrade() -> None:
    for table in ("preferences", "chat_channels", "webhooks", "delivery_attempts"):
        op.drop_table(table)
    for index in ("outbox_by_target", "outbox_by_time", "outbox_unrouted", "outbox_pending"):
        op.drop_index(index, "outbox")
    for column in ("resent_at", "held_until", "routed_at", "origin", "target", "way"):
        op.drop_column("outbox", column)
    op.create_index(
        "outbox_pending",
        "outbox",
        ["next_attempt_at"],
        sqlite_where=sa.text(PENDING),
        postgresql_where=sa.text(PENDING),
    )
