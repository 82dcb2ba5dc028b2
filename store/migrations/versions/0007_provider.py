"""Services, their interruptions, maintenance windows, messages without a ticket."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
WORDS = ("commitment", "service", "fault")
INSTANTS = ("promised_by", "down_since", "up_at")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("agreement", sa.Text, nullable=False),
        sa.Column("monitor", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text),
        sa.PrimaryKeyConstraint("id", name="services_pk"),
        sa.UniqueConstraint("monitor", name="services_monitor_uq"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="services_organisation_fk"),
    )
    op.create_table(
        "maintenance_windows",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("critical_fixes", sa.Boolean, nullable=False),
        sa.Column("announced", sa.Boolean, nullable=False),
        sa.Column("forced", sa.Text),
        sa.Column("planned_by", sa.Text, nullable=False),
        sa.Column("planned_at", AT, nullable=False),
        sa.Column("cancelled_at", AT),
        sa.Column("cancelled_by", sa.Text),
        sa.Column("cancelled_for", sa.Text),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="maintenance_windows_pk"),
        sa.ForeignKeyConstraint(["service"], ["services.id"], name="maintenance_windows_service_fk"),
    )
    op.create_index("maintenance_windows_by_service", "maintenance_windows", ["service", "starts_at", "id"])
    op.create_index("maintenance_windows_by_start", "maintenance_windows", ["starts_at", "id"])
    _tickets()
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("ticket", existing_type=sa.Text, nullable=True)


def _tickets() -> None:
    for name in WORDS:
        op.add_column("tickets", sa.Column(name, sa.Text))
    for name in INSTANTS:
        op.add_column("tickets", sa.Column(name, AT))
    # "Nothing promised" sorts last, and a list by this order needs no rule for what is absent.
    sqlite = op.get_bind().dialect.name == "sqlite"
    tickets = sa.table("tickets", sa.column("promised_by", AT))
    op.execute(tickets.update().values(promised_by=NEVER.replace(tzinfo=None) if sqlite else NEVER))
    op.create_index("tickets_by_promised_by", "tickets", ["promised_by", "id"])
    op.create_index("tickets_by_service", "tickets", ["service", "down_since"])


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE ticket IS NULL")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("ticket", existing_type=sa.Text, nullable=False)
    for index in ("tickets_by_service", "tickets_by_promised_by"):
        op.drop_index(index, "tickets")
    for name in (*WORDS, *INSTANTS):
        op.drop_column("tickets", name)
    op.drop_table("maintenance_windows")
    op.drop_table("services")
