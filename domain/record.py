"""What one step leaves behind outside the workflow: the shapes that the store writes in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.awaiting import awaited
from domain.base import Instant, Model
from domain.clock import Clock
from domain.elapse import next_due
from domain.events import Event
from domain.evolve import evolve
from domain.keeping import PROMISED
from domain.messages import Message, messages
from domain.ticket import Ticket
from domain.words import ClockKind, Status


class Summary(Model):
    """A ticket in one row: what lists show and filter. `version` is the sequence of its last event."""

    id: str
    version: int
    subject: str
    organisation: str
    contract: str
    contact: str
    channel: str
    language: str
    agreement: str
    revision: str
    status: Status
    severity: str
    severity_rank: int
    """0 is the most severe of its agreement."""
    provisional: bool
    level: str
    group: str | None
    assignee: str | None
    opened_at: Instant
    closed_at: Instant | None
    closing: str | None
    reopen_until: Instant | None
    next_due: Instant | None
    promise_due: Instant | None = None
    """The promise to the client that is nearest to being missed; one that was missed already counts from then."""
    round: int
    question: str | None
    resolution_kind: str | None
    resolution_text: str | None
    episode: str | None
    kind: str | None = None
    cover: str | None = None
    """Who pays for its kind of request: included, deducted, billable, not_handled."""
    missing: str | None = None
    """Items of the intake that the client still owes, with commas between them."""
    product: str | None = None
    programme: str | None = None
    success_manager: str | None = None
    """Who looks after this client, where its programme includes somebody (OL-03)."""
    queue_rank: int = 0
    """The programme's place in the queue: 0 stands ahead of 1 (OL-03)."""
    awaited: str | None = None
    """What the client owes, what holds most up first, with commas between (domain.awaiting)."""
    client_rank: int = 1
    """The place in the client's own list: 0 waits for the client, 1 is open, 2 is closed."""
    impact: str | None = None
    """The impact as stated, or as staff evaluated it."""
    update_interval: str | None = None
    """The interval of status updates that was agreed for it, in words (OL-17)."""
    commitment: str | None = None
    """`open` or `kept`: what closed the ticket and was still to be done (TF-11)."""
    promised_by: Instant | None = None
    service: str | None = None
    """The service of ours that was down, and how its interruption stands (TF-14)."""
    down_since: Instant | None = None
    up_at: Instant | None = None
    fault: str | None = None
    defect: str | None = None
    defect_heard: int | None = None
    """How many announcements have reached it; None when it does not wait for the defect (any longer)."""
    defect_since: Instant | None = None
    call_number: int | None = None
    """The call to the client that is to be made, how often it failed, and when it is due or tried again."""
    call_due: Instant | None = None
    call_missed: bool = False
    call_taken_by: str | None = None
    call_tries: int = 0
    call_next_at: Instant | None = None
    texts_until: Instant | None = None
    """When what people wrote on it goes; only of an archived ticket whose agreement says so."""
    defect_version: str | None = None
    """The product's version, by which a release is for this ticket or for others."""


class Recording(Model):
    """One transaction: events from `events[0].sequence` on, the row, the clocks as they now stand, messages to deliver.

    `fence` grows with the ticket's progress in the engine; a recording with a lower fence than the stored one comes
    from a worker that lost its turn, and is ignored. One with the same or a higher fence replaces what stands from
    its first sequence on: a step recorded by a worker that died before the step became durable is not a fact.
    """

    fence: int
    events: tuple[Event, ...]
    summary: Summary
    clocks: tuple[Clock, ...]
    messages: tuple[Message, ...]

    @property
    def first(self) -> int:
        """Sequence of the first event it carries."""
        return self.events[0].sequence


def summarise(state: Ticket) -> Summary:
    """The row that lists show for this state."""
    resolution = state.resolution
    episode = state.episode
    promise, outage = state.commitment, state.interruption
    return Summary(
        id=state.id,
        version=state.sequence,
        subject=state.subject,
        organisation=state.organisation,
        contract=state.contract,
        contact=state.contact,
        channel=str(state.channel),
        language=state.language,
        agreement=state.terms.agreement,
        revision=state.terms.revision,
        status=state.status,
        severity=state.severity,
        severity_rank=list(state.terms.severities).index(state.severity),
        provisional=state.provisional,
        level=str(state.level),
        group=state.group,
        assignee=state.assignee,
        opened_at=state.opened_at,
        closed_at=state.closed_at,
        closing=str(state.closing) if state.closing else None,
        reopen_until=state.reopen_until,
        next_due=next_due(state),
        promise_due=_promise_due(state),
        round=state.round,
        question=state.question,
        resolution_kind=str(resolution.kind) if resolution else None,
        resolution_text=resolution.text if resolution else None,
        kind=state.kind,
        cover=str(state.request_terms.cover) if state.request_terms else None,
        missing=",".join(state.missing) or None,
        product=_product(state),
        programme=state.terms.programme.name if state.terms.programme else None,
        success_manager=state.manager,
        queue_rank=state.terms.programme.rank if state.terms.programme else 0,
        awaited=",".join(awaited(state)) or None,
        client_rank=2 if state.closed_at else 0 if awaited(state) else 1,
        episode=f"{episode.source}/{episode.fingerprint}" if episode else None,
        impact=state.impact,
        update_interval=state.interval.words if state.interval else None,
        commitment=("kept" if promise.kept_at else "open") if promise else None,
        promised_by=promise.promised_by if promise else None,
        service=outage.service if outage else None,
        down_since=outage.down_since if outage else None,
        up_at=outage.up_at if outage else None,
        fault=str(outage.fault) if outage else None,
        defect=state.defect,
        defect_heard=state.awaited.heard if state.awaited else None,
        defect_since=state.awaited.since if state.awaited else None,
        texts_until=_texts_until(state),
        **_call(state),
        defect_version=state.product.version if state.awaited and state.product else None,
    )


def _call(state: Ticket) -> dict[str, Any]:
    call, clock = state.call, state.clock(ClockKind.call)
    if call is None or clock is None:
        return {}
    return {
        "call_number": call.number,
        "call_due": clock.missed_due or clock.due,
        "call_missed": clock.missed_due is not None,
        "call_taken_by": call.taken_by,
        "call_tries": call.tries,
        "call_next_at": call.next_at,
    }


def _texts_until(state: Ticket) -> datetime | None:
    days = state.terms.texts_days
    if state.status is not Status.archived or state.closed_at is None or days is None:
        return None
    return state.closed_at + timedelta(days=days)


def _promise_due(state: Ticket) -> datetime | None:
    dues = (clock.missed_due or clock.due for clock in state.clocks if clock.live and clock.kind in PROMISED)
    return min((due for due in dues if due is not None), default=None)


def _product(state: Ticket) -> str | None:
    product = state.product
    return " ".join(filter(None, (product.name, product.version))) if product else None


class Unrecorded:
    """What has happened since the last recording; one recording may carry several steps."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._clocks: dict[int, Clock] = {}
        self._messages: list[Message] = []

    def follow(self, state: Ticket | None, events: list[Event]) -> Ticket:
        """The state after `events`, which are kept for recording with each clock they touched, in its newest shape."""
        for event in events:
            known = state.clocks if state else ()
            state = evolve(state, event)
            self.events.append(event)
            self._clocks.update({clock.number: clock for clock in state.clocks if clock not in known})
            self._messages.extend(messages(state, event))
        if state is None:
            raise ValueError("a ticket begins with its opening")
        return state

    def take(self, state: Ticket, fence: int) -> Recording:
        """Everything kept so far as one recording; nothing is kept any longer."""
        clocks = tuple(self._clocks.values())
        recording = Recording(
            fence=fence,
            events=tuple(self.events),
            summary=summarise(state),
            clocks=clocks,
            messages=tuple(self._messages),
        )
        self.events, self._clocks, self._messages = [], {}, []
        return recording
