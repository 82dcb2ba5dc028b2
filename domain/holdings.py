"""What a ticket holds besides its clocks: the proposal, the commitment, time and quote, the defect, the outage."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.commands.money import Amount, Currency
from domain.words import Cause, Cover, Fault, Party, ResolutionKind, Work


class Resolution(Model):
    """The proposal that consent was asked for."""

    kind: ResolutionKind
    text: str
    proposed_at: Instant
    consents: tuple[Party, ...] = ()
    reminders: int = 0
    remind_at: Instant | None = None
    cause: Cause | None = None
    cause_text: str = ""
    promised_by: Instant | None = None


class Commitment(Model):
    """What closed the ticket and is still to be done: tracked until it is kept (TF-11). `asked`: staff was told."""

    kind: ResolutionKind
    text: str
    promised_by: Instant | None = None
    asked: bool = False
    kept_at: Instant | None = None


class TimeEntry(Model):
    """One intervention; minutes as in the event. `charged` counts for `cover`."""

    number: int
    work: Work
    by: str
    began_at: Instant
    worked: int
    counted: int
    charged: int
    cover: Cover
    text: str


class Quote(Model):
    """The newest quote."""

    number: int
    text: str
    minutes: int
    amount: Amount | None = None
    currency: Currency | None = None
    state: Literal["made", "accepted", "refused", "expired"] = "made"
    made_at: Instant
    valid_until: Instant


class Awaited(Model):
    """The defect that the ticket waits for; `heard` counts the announcements that reached it."""

    defect: str
    since: Instant
    heard: int = 0


class Call(Model):
    """The call that is to be made to the client. `tries` failed; the next one is due `next_at`."""

    number: int
    taken_by: str | None = None
    tries: int = 0
    next_at: Instant | None = None


class Interruption(Model):
    """The outage of a service of ours that the ticket is about; `up_at` absent while it lasts."""

    service: str
    down_since: Instant
    up_at: Instant | None = None
    fault: Fault = Fault.provider
