"""Roll-outs of a changed agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "rollouts",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "agreement", "revision", "by")),
        sa.Column("began_at", at, nullable=False),
        sa.Column("ended_at", at, nullable=True),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="rollouts_pk"),
    )
    op.create_index("rollouts_by_agreement", "rollouts", ["agreement", "began_at"])


def downgrade() -> None:
    op.drop_table("rollouts")
