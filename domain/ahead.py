"""How long before its due instant an update that nobody wrote goes out, so that thousands of one hour do not meet.

Updates are promised for round instants: 9:00, or the opening of the desk. A message may go out before it is due, never
after; so each ticket has a place of its own in a span before that instant, always the same one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b

MOST_OF_INTERVAL = 0.1
"""Of the time between the clock's start and its due instant: a promise of every ten minutes is not kept two early."""
_PLACES = 2**32


def ahead_of(ticket: str, lead: timedelta, spread: timedelta) -> int:
    """Whole seconds ahead of the due instant for this ticket: between `lead` and `lead + spread`, always the same."""
    place = int.from_bytes(blake2b(ticket.encode(), digest_size=4).digest(), "big") / _PLACES
    return round(lead.total_seconds() + spread.total_seconds() * place)


def instant(began: datetime, due: datetime, ahead: int) -> datetime:
    """When the update goes out: `ahead` seconds before it is due, but not earlier than a tenth of its time."""
    return due - min(timedelta(seconds=ahead), (due - began) * MOST_OF_INTERVAL)
