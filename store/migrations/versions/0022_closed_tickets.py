"""Closed tickets by their latest change: the open ones, which changed last of all, would be walked past."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CLOSED = sa.text("status IN ('closed', 'archived')")


def upgrade() -> None:
    columns = ["updated_at", "id"]
    op.create_index("tickets_closed", "tickets", columns, sqlite_where=CLOSED, postgresql_where=CLOSED)


def downgrade() -> None:
    op.drop_index("tickets_closed", "tickets")
