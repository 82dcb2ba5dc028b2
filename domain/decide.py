"""`decide(state, command, now) -> events`: what a command means, or a refusal that changes nothing."""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.commands import Actor, Command
from domain.draft import Draft
from domain.elapse import passed
from domain.errors import DomainError
from domain.events import Event
from domain.rules import (
    alerts,
    calls,
    commitments,
    contact,
    ending,
    erasing,
    escalating,
    hours,
    intake,
    interval,
    provider,
    quotes,
    rnd,
    rollout,
    scope,
    serving,
    working,
)
from domain.rules.shape import Decisions, known_impact, known_severity
from domain.ticket import Ticket
from domain.words import ClockKind, Status

_DECISIONS: Decisions = {
    **working.DECISIONS, **escalating.DECISIONS, **ending.DECISIONS, **scope.DECISIONS, **contact.DECISIONS,
    **interval.DECISIONS,
    **hours.DECISIONS, **quotes.DECISIONS, **rnd.DECISIONS, **commitments.DECISIONS, **provider.DECISIONS,
    **rollout.DECISIONS, **alerts.DECISIONS, **calls.DECISIONS, **erasing.DECISIONS,
}  # fmt: skip


_AFTER_CLOSING = (
    cmd.Reopen, cmd.Note, cmd.AlertCleared, cmd.AlertFired, cmd.KeepCommitment, cmd.RestoreService, cmd.AttributeOutage,
    cmd.ChangeTerms, cmd.HearDefect, cmd.AskInstallation,
    cmd.Erase,
)  # fmt: skip
"""What can still be said of a ticket that is closed and not yet archived."""


def open_ticket(opening: cmd.Open, by: Actor, now: datetime, cause: str, digest: str = "") -> list[Event]:
    """The first events of a ticket. DomainError when the severity is not one of the agreement's."""
    return [event for event, _ in opened(opening, by, now, cause, digest)]


def opened(opening: cmd.Open, by: Actor, now: datetime, cause: str, digest: str = "") -> list[tuple[Event, Ticket]]:
    """The same as `open_ticket`, with the state after each event."""
    terms = opening.terms
    proposed = known_impact(terms, opening.impact) if opening.impact is not None else None
    severity = opening.severity or proposed or terms.default_severity
    known_severity(severity, tuple(terms.severities))
    provider.check_opening(opening, now)
    serving.check_served(opening)
    draft = Draft(None, now, by, cause)
    draft.add(ev.TicketOpened.made(opening=opening, severity=severity, digest=digest))
    keeping.start_promised(draft)
    keeping.start(draft, ClockKind.internal, draft.state.level_terms.internal)
    intake.ask(draft)
    calls.follow(draft)
    return draft.steps


def handle(state: Ticket, command: Command, now: datetime) -> list[Event]:
    """What time has brought, then the command, then what the command made overdue: the one way in for commands."""
    return [event for event, _ in handled(state, command, now)]


def handled(state: Ticket, command: Command, now: datetime) -> list[tuple[Event, Ticket]]:
    """The same as `handle`, with the state after each event."""
    before = passed(state, now, before=True)
    decided = _decided(before.state, command, now)
    # Before a next command of this instant, which is in time as well.
    after = passed(decided.state, now, before=True, command=command.id)
    return [*before.steps, *decided.steps, *after.steps]


def decide(state: Ticket, command: Command, now: datetime) -> list[Event]:
    """The events of one command at `now`. DomainError with a code when the rules refuse it."""
    return _decided(state, command, now).events


def _decided(state: Ticket, command: Command, now: datetime) -> Draft:
    draft = Draft(state, now, command.by, command.id)
    step = command.step
    if state.status is Status.archived and not isinstance(step, cmd.Reopen):
        raise DomainError("ticket_archived", "The ticket is archived. Reopen it, or open a new one.")
    if state.status is Status.closed and not isinstance(step, _AFTER_CLOSING):
        raise DomainError("ticket_closed", "The ticket is closed. Reopen it first, or open a new one.")
    _DECISIONS[type(step)](draft, step)
    calls.follow(draft)
    return draft
