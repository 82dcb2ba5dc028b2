"""What time itself brought, and how late: after an outage, what fired when, and which missed promises that explains.

Pure. The due instant of what time brought stands in the event's cause (`domain.events.due_instant`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from domain.base import Instant, Model
from domain.clock import GRACE
from domain.events import Event, due_instant
from domain.words import ClockKind

LATE = GRACE
"""How late is worth telling where nobody says otherwise: within it is the engine's own reaction time."""


class Fired(StrEnum):
    """What time brings: the passing of a promise's due instant, and whatever else a ticket wakes up for."""

    promise = "promise"
    update = "update"
    warning = "warning"
    escalation = "escalation"
    reminder = "reminder"
    commitment = "commitment"
    quote = "quote"
    closing = "closing"
    archiving = "archiving"


BY_TYPE = {
    "clock_missed": Fired.promise,
    "status_updated": Fired.update,
    "staff_warned": Fired.warning,
    "manager_involved": Fired.escalation,
    "consent_reminded": Fired.reminder,
    "commitment_due": Fired.commitment,
    "quote_expired": Fired.quote,
    "ticket_closed": Fired.closing,
    "ticket_archived": Fired.archiving,
}
"""Of the facts of one due instant the one that people notice: the others follow from it."""


class Why(StrEnum):
    """Why a promise was missed, as far as firing late explains it.

    `not_sent`: an update that Escalade writes itself, and wrote too late: it would have been kept.
    `not_noticed`: it fell due while nothing fired, so nobody was told, and whoever worked on it had no help.
    `warned_late`: its end was noticed in time, but a warning or a step of the ladder before it came too late.
    `anyway`: everything fired in time.
    """

    not_sent = "not_sent"
    not_noticed = "not_noticed"
    warned_late = "warned_late"
    anyway = "anyway"


class Gap(Model):
    """A time in which things were due and did not fire, as it shows: from the first due instant to the last act."""

    since: Instant
    until: Instant
    fired: int
    tickets: int


class Span(Model):
    """One thing that fired: due when, done when."""

    ticket: str
    due: Instant
    at: Instant


def lateness(event: Event) -> float | None:
    """Seconds from the due instant to the act; None for what people did, and for what merely follows from another.

    Never below 0: an engine may wake a few milliseconds early.
    """
    due = due_instant(event.cause)
    fact = event.fact
    if due is None or fact.type not in BY_TYPE:
        return None
    if fact.type == "clock_missed" and fact.clock.partition("-")[0] == ClockKind.consent:
        return None  # silence is told by the closing that comes of it
    return max(0.0, (event.at - due).total_seconds())


def gaps(spans: Iterable[Span]) -> list[Gap]:
    """The gaps that late firings show, the first one first: spans that touch or overlap are one."""
    found: list[tuple[datetime, datetime, int, set[str]]] = []
    for one in sorted(spans, key=lambda span: span.due):
        if found and one.due <= found[-1][1]:
            since, until, count, tickets = found[-1]
            tickets.add(one.ticket)
            found[-1] = (since, max(until, one.at), count + 1, tickets)
        else:
            found.append((one.due, one.at, 1, {one.ticket}))
    return [Gap(since=since, until=until, fired=count, tickets=len(tickets)) for since, until, count, tickets in found]


def why_missed(
    kind: ClockKind, due: datetime, noticed: float | None, *, automatic: bool, warnings: Sequence[datetime]
) -> Why:
    """`noticed`: seconds after `due` at which the miss was acted upon, where that was late; None where in time.

    `automatic`: Escalade itself did it in the end. `warnings`: due instants of the ticket's late warnings.
    """
    if noticed is not None:
        return Why.not_sent if kind is ClockKind.update and automatic else Why.not_noticed
    return Why.warned_late if any(at <= due for at in warnings) else Why.anyway


def middle(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    if not values:
        return None
    inorder, half = sorted(values), len(values) // 2
    return inorder[half] if len(inorder) % 2 else (inorder[half - 1] + inorder[half]) / 2
