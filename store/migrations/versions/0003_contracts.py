"""What a contract chooses and names: cover, acceptance of the project, people."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PEOPLE = ("success_manager", "account_manager", "client_representative", "provider_representative")


def upgrade() -> None:
    op.add_column("contracts", sa.Column("cover", sa.Text))
    op.add_column("contracts", sa.Column("accepted_at", sa.DateTime(timezone=True)))
    for name in PEOPLE:
        op.add_column("contracts", sa.Column(name, sa.Text))
    # Before this there was no word for a project that is still going on: every contract counted as accepted.
    op.execute("UPDATE contracts SET accepted_at = valid_from")


def downgrade() -> None:
    for name in ("cover", "accepted_at", *PEOPLE):
        op.drop_column("contracts", name)
