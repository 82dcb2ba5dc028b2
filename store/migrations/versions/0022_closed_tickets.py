"""Closed tickets by their latest change: the open ones, which changed last of all, would be walked past."""

from alembic import op

from store import quietly

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CLOSED = "status IN ('closed', 'archived')"


def upgrade() -> None:
    quietly.index("tickets_closed", "tickets", ["updated_at", "id"], where=CLOSED)


def downgrade() -> None:
    op.drop_index("tickets_closed", "tickets")
