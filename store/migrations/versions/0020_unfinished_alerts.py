"""What of an alert is to be carried out is kept with its episode until it is done."""

import sqlalchemy as sa
from alembic import op

from store import quietly

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

UNFINISHED = "report IS NOT NULL"


def upgrade() -> None:
    quietly.column("alert_episodes", sa.Column("report", sa.Text, nullable=True))
    quietly.index("alert_episodes_unfinished", "alert_episodes", ["received_at", "id"], where=UNFINISHED)


def downgrade() -> None:
    op.drop_index("alert_episodes_unfinished", "alert_episodes")
    op.drop_column("alert_episodes", "report")
