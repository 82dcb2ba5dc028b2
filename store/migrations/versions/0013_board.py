"""The staff's board: its queues, what has changed, what is due and was missed, and the words of a ticket's texts."""

import unicodedata

import sqlalchemy as sa
from alembic import op

from store import quietly

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BATCH = 1_000
OPEN = "status IN ('new', 'open', 'waiting', 'resolved')"
QUEUES = {
    "tickets_open": (),
    "tickets_open_by_assignee": ("assignee",),
    "tickets_open_by_level": ("level",),
    "tickets_open_by_group": ("level", "group"),
    "tickets_open_by_client": ("organisation",),
}
CLOCKS = {
    "clocks_live": (("ticket", "number"), "verdict IS NULL"),
    "clocks_by_due": (("due", "ticket"), "verdict IS NULL"),
    "clocks_by_missed_due": (("missed_due", "ticket"), "missed_due IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "ticket_words",
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ticket", "word", name="ticket_words_pk"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="ticket_words_ticket_fk"),
        if_not_exists=True,
    )
    ops = {"word": "text_pattern_ops"}
    op.create_index(
        "ticket_words_by_beginning", "ticket_words", ["word", "ticket"], postgresql_ops=ops, if_not_exists=True
    )
    quietly.commit()
    for name, columns in QUEUES.items():
        quietly.index(name, "tickets", (*columns, "queue_rank", "promise_due", "id"), where=OPEN)
    quietly.index("tickets_open_counts", "tickets", ("assignee", "level", "group"), where=OPEN)
    quietly.index("tickets_by_recording", "tickets", ["recorded_at", "id", "version"])
    for name, (columns, where) in CLOCKS.items():
        quietly.index(name, "clocks", columns, where=where)
    quietly.index("clocks_by_end", "clocks", ["ended_at", "kind", "verdict", "ticket"])
    _index_subjects()


def downgrade() -> None:
    for name in ("clocks_by_end", *CLOCKS):
        op.drop_index(name, "clocks")
    for name in ("tickets_by_recording", "tickets_open_counts", *QUEUES):
        op.drop_index(name, "tickets")
    op.drop_table("ticket_words")


def _index_subjects() -> None:
    """The tickets that are there can be found by their subjects and clients; their later texts join as they come."""
    words = sa.table("ticket_words", sa.column("word", sa.Text), sa.column("ticket", sa.Text))
    some = sa.text(
        "SELECT t.id, t.subject || ' ' || t.organisation || ' ' || coalesce(o.name, '') AS said"
        " FROM tickets t LEFT JOIN organisations o ON o.id = t.organisation WHERE t.id > :last"
        " AND NOT EXISTS (SELECT 1 FROM ticket_words w WHERE w.ticket = t.id) ORDER BY t.id LIMIT :some"
    )
    last = ""
    while known := op.get_bind().execute(some, {"last": last, "some": BATCH}).all():
        rows = [{"word": word, "ticket": ticket} for ticket, said in known for word in sorted(_words(said))]
        if rows:
            op.get_bind().execute(sa.insert(words), rows)
        last = known[-1].id
        quietly.commit()


def _words(text: str) -> set[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    spaced = "".join(sign if sign.isalnum() else " " for sign in plain)
    return {word[:40] for word in spaced.split() if len(word) > 1}
