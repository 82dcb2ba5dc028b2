"""Attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "attachment_contents",
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "sha256", name="attachment_contents_pk"),
    )
    plain = ("id", "organisation", "sha256", "name", "media_type")
    op.create_table(
        "attachments",
        *(sa.Column(name, sa.Text, nullable=False) for name in plain),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("uploader", sa.Text, nullable=False),
        sa.Column("uploaded_at", at, nullable=False),
        sa.Column("drop_at", at, nullable=True),
        sa.Column("message", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="attachments_pk"),
        sa.ForeignKeyConstraint(
            ["organisation", "sha256"],
            ["attachment_contents.organisation", "attachment_contents.sha256"],
            name="attachments_organisation_fk",
        ),
    )
    op.create_index("attachments_by_content", "attachments", ["organisation", "sha256"])
    op.create_index("attachments_by_message", "attachments", ["message"])
    waits = sa.text("drop_at IS NOT NULL")
    where = {"sqlite_where": waits, "postgresql_where": waits}
    op.create_index("attachments_waiting", "attachments", ["drop_at"], **where)
    op.create_index("attachments_waiting_of", "attachments", ["uploader"], **where)
    op.create_table(
        "attachment_uses",
        sa.Column("ticket", sa.Text, sa.ForeignKey("tickets.id", name="attachment_uses_ticket_fk"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column(
            "attachment",
            sa.Text,
            sa.ForeignKey("attachments.id", name="attachment_uses_attachment_fk"),
            nullable=False,
        ),
        sa.Column("internal", sa.Boolean, nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ticket", "sequence", "attachment", name="attachment_uses_pk"),
    )
    op.create_index("attachment_uses_by_attachment", "attachment_uses", ["attachment"])


def downgrade() -> None:
    for table in ("attachment_uses", "attachments", "attachment_contents"):
        op.drop_table(table)
