"""What operations count, from indexes of its own: open tickets alike, and messages that nobody has settled."""

from alembic import op

from store import quietly

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = "status IN ('new', 'open', 'waiting', 'resolved')"
STANDING = ("assignee", "level", "group", "agreement", "status", "severity")


def upgrade() -> None:
    quietly.index("tickets_open_standing", "tickets", STANDING, where=OPEN)
    # It begins like the new one, which serves whoever asked the old one, processes of the version before too.
    quietly.drop_index("tickets_open_counts", "tickets")
    quietly.index(
        "unmatched_messages_unsettled", "unmatched_messages", ("received_at", "id"), where="settled_at IS NULL"
    )


def downgrade() -> None:
    op.drop_index("unmatched_messages_unsettled", "unmatched_messages")
    quietly.index("tickets_open_counts", "tickets", ("assignee", "level", "group"), where=OPEN)
    op.drop_index("tickets_open_standing", "tickets")
