"""Orders of lists of tickets: keyset paging, which costs the same on every page."""

from __future__ import annotations

from enum import StrEnum

from store.keyset import Keyset
from store.tables import tickets


class Order(StrEnum):
    """`next_due` soonest first, `opened_at` and `updated` newest first, `severity` most severe, then soonest due.

    `queue`: as the work is taken up, by the programme's rank, then the promise nearest to being missed (OL-03).
    `awaiting`: as a client looks at its own: what waits for the client, then what is open by the promise that is
    nearest, then what is closed.
    `promised_by`: the commitment that is to be kept soonest.
    """

    next_due = "next_due"
    queue = "queue"
    awaiting = "awaiting"
    opened_at = "opened_at"
    severity = "severity"
    updated = "updated"
    promised_by = "promised_by"


def _by(order: Order, *columns: str, downwards: bool = False) -> tuple[Order, Keyset]:
    # The id makes every place unique, or a page would skip some.
    return order, Keyset(str(order), tuple(tickets.c[name] for name in (*columns, "id")), downwards)


KEYS: dict[Order, Keyset] = dict(
    (
        _by(Order.next_due, "next_due"),
        _by(Order.queue, "queue_rank", "promise_due"),
        _by(Order.awaiting, "client_rank", "promise_due"),
        _by(Order.opened_at, "opened_at", downwards=True),
        _by(Order.severity, "severity_rank", "next_due"),
        _by(Order.updated, "updated_at", downwards=True),
        _by(Order.promised_by, "promised_by"),
    )
)
"""Where each order begins again."""
