"""Mails that come in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    plain = ("id", "message_id", "sender", "return_path", "recipients", "subject")
    op.create_table(
        "mails",
        *(sa.Column(name, sa.Text, nullable=False) for name in plain),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("ticket", sa.Text, nullable=True),
        sa.Column("message", sa.Text, nullable=True),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("original", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("id", name="mails_pk"),
    )
    op.create_index("mails_by_time", "mails", ["received_at", "id"])
    op.create_index("mails_by_sender", "mails", ["sender", "received_at"])
    op.create_index("mails_by_ticket", "mails", ["ticket", "received_at"])
    op.add_column("unmatched_messages", sa.Column("about", sa.Text, nullable=True))


def downgrade() -> None:
    op.drop_column("unmatched_messages", "about")
    op.drop_table("mails")
