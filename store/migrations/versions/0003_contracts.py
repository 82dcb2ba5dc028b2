"""What a contract chooses and names: cover, acceptance of the project, people; and a ticket's place in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PEOPLE = ("success_manager", "account_manager", "client_representative", "provider_representative")


def upgrade() -> None:
    op.add_column("contracts", sa.Column("cover", sa.Text))
    op.add_column("contracts", sa.Column("accepted_at", sa.DateTime(timezone=True)))
    for name in PEOPLE:
        op.add_column("contracts", sa.Column(name, sa.Text))
    # Before this there was no word for a project that is still going on: every contract counted as accepted.
    op.execute("UPDATE contracts SET accepted_at = valid_from")
    for name in ("programme", "success_manager"):
        op.add_column("tickets", sa.Column(name, sa.Text))
    op.add_column("tickets", sa.Column("queue_rank", sa.Integer, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("promise_due", sa.DateTime(timezone=True)))
    # Until its next step a ticket stands where its next act would put it, which is at most a warning too early.
    op.execute("UPDATE tickets SET promise_due = next_due")
    op.create_index("tickets_by_queue", "tickets", ["queue_rank", "promise_due", "id"])


def downgrade() -> None:
    op.drop_index("tickets_by_queue", "tickets")
    for name in ("promise_due", "queue_rank", "success_manager", "programme"):
        op.drop_column("tickets", name)
    for name in ("cover", "accepted_at", *PEOPLE):
        op.drop_column("contracts", name)
