"""Erasures that were asked for, and how far each has come."""

import sqlalchemy as sa
from alembic import op

from store.types import Document, UtcInstant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("asked_at", UtcInstant, nullable=False),
        sa.Column("moved_at", UtcInstant, nullable=True),
        sa.Column("ended_at", UtcInstant, nullable=True),
        sa.Column("tickets", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("counts", Document, nullable=False),
        sa.Column("failure", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("contact", name="erasures_pk"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="erasures_organisation_fk"),
    )
    op.create_index(
        "erasures_unfinished", "erasures", ["asked_at"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED
    )


def downgrade() -> None:
    op.drop_table("erasures")
