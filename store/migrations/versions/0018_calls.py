"""The call to the client that is to be made stands in the ticket's row."""

import sqlalchemy as sa
from alembic import op

from store import quietly

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAMES = ("call_number", "call_due", "call_missed", "call_taken_by", "call_tries", "call_next_at")
CALLS = "call_number IS NOT NULL"


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    quietly.column("tickets", sa.Column("call_number", sa.Integer, nullable=True))
    quietly.column("tickets", sa.Column("call_due", at, nullable=True))
    quietly.column("tickets", sa.Column("call_missed", sa.Boolean, nullable=False, server_default=sa.false()))
    quietly.column("tickets", sa.Column("call_taken_by", sa.Text, nullable=True))
    quietly.column("tickets", sa.Column("call_tries", sa.Integer, nullable=False, server_default="0"))
    quietly.column("tickets", sa.Column("call_next_at", at, nullable=True))
    quietly.index("tickets_by_call", "tickets", ["call_due", "id"], where=CALLS)


def downgrade() -> None:
    op.drop_index("tickets_by_call", "tickets")
    for name in NAMES:
        op.drop_column("tickets", name)
