"""What of an alert is to be carried out is kept with its episode until it is done."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("report IS NOT NULL")


def upgrade() -> None:
    op.add_column("alert_episodes", sa.Column("report", sa.Text, nullable=True))
    op.create_index(
        "alert_episodes_unfinished",
        "alert_episodes",
        ["received_at", "id"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )


def downgrade() -> None:
    op.drop_index("alert_episodes_unfinished", "alert_episodes")
    op.drop_column("alert_episodes", "report")
