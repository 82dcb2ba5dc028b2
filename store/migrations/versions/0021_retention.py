"""When what people wrote on an archived ticket goes, by its agreement."""

import sqlalchemy as sa
from alembic import op

from store import quietly
from store.types import UtcInstant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AGES = "texts_until IS NOT NULL"


def upgrade() -> None:
    quietly.column("tickets", sa.Column("texts_until", UtcInstant, nullable=True))
    quietly.index("tickets_by_texts_until", "tickets", ["texts_until"], where=AGES)


def downgrade() -> None:
    op.drop_index("tickets_by_texts_until", "tickets")
    op.drop_column("tickets", "texts_until")
