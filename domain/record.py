"""What one step leaves behind outside the workflow: the shapes that the store writes in one transaction."""

from __future__ import annotations

from domain.base import Instant, Model
from domain.clock import Clock
from domain.elapse import next_due
from domain.events import Event
from domain.evolve import evolve
from domain.messages import Message, messages
from domain.ticket import Ticket
from domain.words import Status


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
    round: int
    question: str | None
    resolution_kind: str | None
    resolution_text: str | None
    episode: str | None


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
        round=state.round,
        question=state.question,
        resolution_kind=str(resolution.kind) if resolution else None,
        resolution_text=resolution.text if resolution else None,
        episode=f"{episode.source}/{episode.fingerprint}" if episode else None,
    )


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
