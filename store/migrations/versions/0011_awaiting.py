"""What a ticket waits for from its client, and its place in the client's own list."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_QUOTES = ("quote_made", "quote_accepted", "quote_refused", "quote_expired")


def upgrade() -> None:
    op.add_column("tickets", sa.Column("awaited", sa.Text, nullable=True))
    op.add_column("tickets", sa.Column("client_rank", sa.Integer, nullable=False, server_default="1"))
    op.create_index("tickets_by_client_rank", "tickets", ["organisation", "client_rank", "promise_due", "id"])
    connection = op.get_bind()
    for ticket, status, missing in connection.execute(_OPEN).all():
        owed = [word for word, state in (("answer", "waiting"), ("consent", "resolved")) if status == state]
        newest = connection.execute(_NEWEST, {"ticket": ticket}).scalar()
        owed += ["quote"] if newest == "quote_made" else []
        owed += ["intake"] if missing and status != "resolved" else []
        if owed:
            connection.execute(_OWED, {"ticket": ticket, "awaited": ",".join(owed)})
    connection.execute(_CLOSED)


_OPEN = sa.text(
    "SELECT id, status, missing FROM tickets WHERE status IN ('waiting', 'resolved') OR (closed_at IS NULL AND "
    "(missing IS NOT NULL OR EXISTS (SELECT 1 FROM events WHERE ticket = tickets.id AND type = 'quote_made')))"
)
_NEWEST = sa.text(
    f"SELECT type FROM events WHERE ticket = :ticket AND type IN {_QUOTES} ORDER BY sequence DESC LIMIT 1"
)
_OWED = sa.text("UPDATE tickets SET awaited = :awaited, client_rank = 0 WHERE id = :ticket")
_CLOSED = sa.text("UPDATE tickets SET client_rank = 2 WHERE status IN ('closed', 'archived')")


def downgrade() -> None:
    op.drop_index("tickets_by_client_rank", "tickets")
    for name in ("client_rank", "awaited"):
        op.drop_column("tickets", name)
