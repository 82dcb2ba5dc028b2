"""Alerts: every episode reported, the groups that bound them, and reports that could not be understood."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def words(*names: str) -> list[sa.Column]:
    """Texts; a name that ends in "?" may be absent."""
    return [sa.Column(name.rstrip("?"), sa.Text, nullable=name.endswith("?")) for name in names]


def instants(*names: str) -> list[sa.Column]:
    return [sa.Column(name.rstrip("?"), AT, nullable=name.endswith("?")) for name in names]


def organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=f"{table}_organisation_fk")


def partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.create_table(
        "alert_episodes",
        *words("id", "organisation?", "source", "fingerprint"),
        *instants("started_at", "ended_at?"),
        *words("monitor", "by", "group_key", "severity?", "service?", "subject"),
        sa.Column("labels", sa.JSON, nullable=False),
        *words("place?", "ticket?", "outcome", "reason?"),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("last_word", sa.Boolean, nullable=False),
        *words("ending?"),
        *instants("placed_at", "told_at?", "end_told_at?", "received_at", "seen_at"),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="alert_episodes_pk"),
        organisation("alert_episodes"),
    )
    by_alert = ["organisation", "source", "fingerprint", "placed_at"]
    op.create_index("alert_episodes_by_alert", "alert_episodes", by_alert)
    op.create_index("alert_episodes_by_time", "alert_episodes", ["received_at", "id"])
    op.create_index("alert_episodes_by_organisation", "alert_episodes", ["organisation", "received_at", "id"])
    op.create_index("alert_episodes_by_ticket", "alert_episodes", ["ticket", "received_at", "id"])
    partial("alert_episodes_firing", "alert_episodes", ["ticket"], "ended_at IS NULL AND ticket IS NOT NULL")
    partial("alert_episodes_counted", "alert_episodes", ["organisation", "group_key", "placed_at"], "counts")
    op.create_table(
        "alert_groups",
        *words("organisation", "group_key", "storm?"),
        *instants("storm_at?"),
        sa.Column("members", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "group_key", name="alert_groups_pk"),
        organisation("alert_groups"),
    )
    op.create_table(
        "rejected_reports",
        *words("id", "source", "monitor?", "role", "by", "organisation?", "code", "detail", "content_type"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        *instants("received_at", "seen_at"),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="rejected_reports_pk"),
        organisation("rejected_reports"),
    )
    op.create_index("rejected_reports_by_time", "rejected_reports", ["seen_at", "id"])
    op.create_index("rejected_reports_by_sender", "rejected_reports", ["by", "seen_at"])
    partial("tickets_by_episode", "tickets", ["organisation", "episode", "opened_at"], "episode IS NOT NULL")


def downgrade() -> None:
    op.drop_index("tickets_by_episode", "tickets")
    for table in ("rejected_reports", "alert_groups", "alert_episodes"):
        op.drop_table(table)
