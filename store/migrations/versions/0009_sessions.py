"""Sessions of browsers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    names = ("id", "hash", "subject", "role", "name", "language", "csrf", "way")
    op.create_table(
        "sessions",
        *(sa.Column(name, sa.Text, nullable=False) for name in names),
        sa.Column("organisation", sa.Text, nullable=True),
        *(sa.Column(name, at, nullable=False) for name in ("created_at", "expires_at", "seen_at")),
        sa.Column("ended_at", at, nullable=True),
        sa.PrimaryKeyConstraint("id", name="sessions_pk"),
        sa.UniqueConstraint("hash", name="sessions_hash_uq"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="sessions_organisation_fk"),
    )
    op.create_index("sessions_by_subject", "sessions", ["subject", "ended_at"])
    op.create_index("sessions_by_end", "sessions", ["expires_at"])


def downgrade() -> None:
    op.drop_table("sessions")
