"""Competence groups, leads, and what a ticket's row shows of contact."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


SHOWN = ("impact", "update_interval")
"""What a ticket's row shows besides."""


def upgrade() -> None:
    unmatched_messages()
    for name in SHOWN:
        op.add_column("tickets", sa.Column(name, sa.Text))


def unmatched_messages() -> None:
    """What nobody could be found for: kept until somebody of ours has matched it."""
    texts = ("channel", "sender", "subject", "text", "by", "why")
    op.create_table(
        "unmatched_messages",
        sa.Column("id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("ticket", sa.Text),
        sa.PrimaryKeyConstraint("id", name="unmatched_messages_pk"),
    )
    op.create_index("unmatched_messages_by_time", "unmatched_messages", ["received_at", "id"])


def downgrade() -> None:
    op.drop_table("unmatched_messages")
    for name in SHOWN:
        op.drop_column("tickets", name)
