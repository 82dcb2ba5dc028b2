"""Contacts that were deactivated, and who changed what of a contact."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.add_column("contacts", sa.Column("deactivated_at", at, nullable=True))
    op.create_table(
        "contact_changes",
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", at, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("role", "by", "before", "after")),
        sa.PrimaryKeyConstraint("contact", "number", name="contact_changes_pk"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="contact_changes_contact_fk"),
    )


def downgrade() -> None:
    op.drop_table("contact_changes")
    op.drop_column("contacts", "deactivated_at")
