"""How late what time brought was, in a column of its own: the late report looks for it."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from store import quietly

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LATE = "late IS NOT NULL"
BATCH = 2_000
TYPES = (
    "clock_missed", "status_updated", "staff_warned", "manager_involved", "consent_reminded", "commitment_due",
    "quote_expired", "ticket_closed", "ticket_archived",
)  # fmt: skip


def upgrade() -> None:
    quietly.column("events", sa.Column("late", sa.Float, nullable=True))
    quietly.index("events_of_time", "events", ["at", "ticket", "sequence"], where=LATE)
    fill()


def fill() -> None:
    """The cause of what time brought names its due instant."""
    events = sa.table(
        "events",
        sa.column("ticket", sa.Text), sa.column("sequence", sa.Integer), sa.column("type", sa.Text),
        sa.column("cause", sa.Text), sa.column("body", sa.Text), sa.column("late", sa.Float),
    )  # fmt: skip
    place = sa.tuple_(events.c.ticket, events.c.sequence)
    some = (
        sa.select(events.c.ticket, events.c.sequence, events.c.cause, sa.cast(events.c.body, sa.Text))
        .where(events.c.cause.like("due:%"), events.c.type.in_(TYPES))
        .order_by(events.c.ticket, events.c.sequence)
        .limit(BATCH)
    )
    late = (
        sa.update(events)
        .where(events.c.ticket == sa.bindparam("of"), events.c.sequence == sa.bindparam("number"))
        .values(late=sa.bindparam("seconds"))
    )
    last: tuple[str, int] = ("", 0)
    while found := op.get_bind().execute(some.where(place > sa.tuple_(*map(sa.literal, last)))).all():
        rows = [one for ticket, sequence, cause, told in found if (one := _row(ticket, sequence, cause, told))]
        if rows:
            op.get_bind().execute(late, rows)
        last = (found[-1].ticket, found[-1].sequence)
        quietly.commit()


def _row(ticket: str, sequence: int, cause: str, told: str) -> dict[str, object] | None:
    event = json.loads(told)
    if str(event["fact"].get("clock", "")).partition("-")[0] == "consent" and event["fact"]["type"] == "clock_missed":
        return None
    at, due = (datetime.fromisoformat(text) for text in (event["at"], cause.removeprefix("due:")))
    seconds = (at.astimezone(UTC) - due.astimezone(UTC)).total_seconds()
    return {"of": ticket, "number": sequence, "seconds": max(0.0, seconds)}


def downgrade() -> None:
    op.drop_index("events_of_time", "events")
    op.drop_column("events", "late")
