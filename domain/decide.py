"""`decide(state, command, now) -> events`: what a command means, or a refusal that changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain import commands as cmd
from domain import ending, keeping
from domain import events as ev
from domain.commands import Actor, Command
from domain.draft import Draft
from domain.elapse import elapse
from domain.errors import DomainError
from domain.events import Event
from domain.evolve import evolve
from domain.ticket import Ticket
from domain.words import STAFF, ClockKind, Contact, Level, Role, Status


def open_ticket(opening: cmd.Open, by: Actor, now: datetime, cause: str, digest: str = "") -> list[Event]:
    """The first events of a ticket. DomainError when the severity is not one of the agreement's."""
    terms = opening.terms
    severity = opening.severity or terms.default_severity
    _known_severity(severity, tuple(terms.severities))
    draft = Draft(None, now, by, cause)
    draft.add(ev.TicketOpened(opening=opening, severity=severity, digest=digest))
    keeping.start_promised(draft)
    keeping.start(draft, ClockKind.internal, draft.state.level_terms.internal)
    return draft.events


def handle(state: Ticket, command: Command, now: datetime) -> list[Event]:
    """What time has brought, then the command, then what the command made overdue: the one way in for commands."""
    events = elapse(state, now, before=True)
    for event in events:
        state = evolve(state, event)
    decided = decide(state, command, now)
    for event in decided:
        state = evolve(state, event)
    # Before a next command of this instant, which is in time as well.
    return [*events, *decided, *elapse(state, now, before=True, command=command.id)]


def decide(state: Ticket, command: Command, now: datetime) -> list[Event]:
    """The events of one command at `now`. DomainError with a code when the rules refuse it."""
    draft = Draft(state, now, command.by, command.id)
    step = command.step
    if state.status is Status.archived and not isinstance(step, cmd.Reopen):
        raise DomainError("ticket_archived", "The ticket is archived. Reopen it, or open a new one.")
    if state.status is Status.closed and not isinstance(step, (cmd.Reopen, cmd.Note, cmd.AlertCleared)):
        raise DomainError("ticket_closed", "The ticket is closed. Reopen it first, or open a new one.")
    _DECISIONS[type(step)](draft, step)
    return draft.events


def _known_severity(severity: str, known: tuple[str, ...]) -> None:
    if severity not in known:
        raise DomainError("unknown_severity", f'The agreement has no severity "{severity}"; it has {", ".join(known)}.')


def _in_work(draft: Draft, what: str) -> None:
    if not draft.state.active:
        raise DomainError(
            "awaiting_consent",
            f"A resolution has been proposed, so this is no time to {what}. "
            "Wait for the client's answer, or propose another resolution.",
        )


def _triage(draft: Draft, step: cmd.Triage) -> None:
    state = draft.state
    _in_work(draft, "change the severity")
    _known_severity(step.severity, tuple(state.terms.severities))
    if step.severity == state.severity and not state.provisional:
        raise DomainError("severity_unchanged", f'The severity is "{state.severity}" already.')
    draft.add(ev.SeveritySet(severity=step.severity, before=state.severity, reason=step.reason))
    keeping.retarget(draft)


def _assign(draft: Draft, step: cmd.Assign) -> None:
    if draft.state.assignee == step.assignee:
        raise DomainError("already_assigned", f"The ticket is assigned to {step.assignee} already.")
    draft.add(ev.TicketAssigned(assignee=step.assignee))


def _acknowledge(draft: Draft, step: cmd.Acknowledge) -> None:
    if draft.state.answered:
        raise DomainError(
            "already_acknowledged", "The first response was given already. Comment, or post a status update."
        )
    draft.add(ev.FirstResponseGiven(means=step.means, text=step.text))
    keeping.client_heard(draft, Contact.acknowledgement)


def _comment(draft: Draft, step: cmd.Comment) -> None:
    if draft.by.role is Role.client and draft.state.status is Status.waiting:
        _answered(draft, step.text)
        return
    draft.add(ev.CommentAdded(text=step.text))
    if draft.by.role in STAFF:
        keeping.client_heard(draft, Contact.comment)


def _note(draft: Draft, step: cmd.Note) -> None:
    draft.add(ev.NoteAdded(text=step.text))


def _status_update(draft: Draft, step: cmd.StatusUpdate) -> None:
    _in_work(draft, "report progress")
    keeping.client_heard(draft, Contact.status_update)
    following = draft.state.clock(ClockKind.update)
    draft.add(ev.StatusUpdated(text=step.text, next_by=following.due if following else None))


def _ask(draft: Draft, step: cmd.Ask) -> None:
    _in_work(draft, "ask for information")
    if draft.state.question is not None:
        raise DomainError("already_asked", "A question to the client is open already. Add to it with a comment.")
    draft.add(ev.InformationRequested(question=step.question))
    keeping.client_heard(draft, Contact.question)
    keeping.pause(draft, draft.state.terms.waiting_pauses, "waiting")


def _answer(draft: Draft, step: cmd.Answer) -> None:
    if draft.state.status is not Status.waiting:
        raise DomainError("nothing_asked", "No question is open. Add the information as a comment.")
    _answered(draft, step.text)


def _answered(draft: Draft, text: str) -> None:
    draft.add(ev.InformationGiven(text=text))
    keeping.resume(draft, "waiting")


def _escalate(draft: Draft, step: cmd.Escalate) -> None:
    state = draft.state
    _in_work(draft, "escalate")
    if step.level not in state.terms.levels:
        known = ", ".join(state.terms.levels)
        raise DomainError("unknown_level", f'The agreement has no level "{step.level}"; it has {known}.')
    groups = state.terms.levels[step.level].groups
    if groups and step.group not in groups:
        raise DomainError("unknown_group", f'Level "{step.level}" needs one of its groups: {", ".join(groups)}.')
    if not groups and step.group is not None:
        raise DomainError("unknown_group", f'Level "{step.level}" has no groups; leave the group out.')
    if (step.level, step.group) == (state.level, state.group):
        raise DomainError("already_there", "The ticket is at that level and group already.")
    keeping.meet(draft, ClockKind.internal)
    draft.add(ev.Escalated(level=step.level, group=step.group, before=state.level, reason=step.reason))
    # Heard before the clocks stop: the escalation is still the work of the level that it leaves.
    keeping.client_heard(draft, Contact.escalation)
    _enter_level(draft, state.level)


def _enter_level(draft: Draft, before: Level) -> None:
    levels = draft.state.terms.levels
    old, new = levels[before].pauses, levels[draft.state.level].pauses
    keeping.resume(draft, "level", kinds=[kind for kind in old if kind not in new])
    keeping.pause(draft, new, "level")
    keeping.start(draft, ClockKind.internal, draft.state.level_terms.internal)


def _ask_manager(draft: Draft, step: cmd.AskManager) -> None:
    draft.add(ev.ManagerInvolved(tell="manager", reason=step.reason))


def _alert_cleared(draft: Draft, step: cmd.AlertCleared) -> None:
    draft.add(ev.CommentAdded(text=step.text))
    if draft.state.active:
        draft.add(ev.ResolutionSuggested(text=step.text))


_DECISIONS: dict[type, Callable[[Draft, Any], None]] = {
    cmd.Triage: _triage,
    cmd.Assign: _assign,
    cmd.Acknowledge: _acknowledge,
    cmd.Comment: _comment,
    cmd.Note: _note,
    cmd.StatusUpdate: _status_update,
    cmd.Ask: _ask,
    cmd.Answer: _answer,
    cmd.Escalate: _escalate,
    cmd.AskManager: _ask_manager,
    cmd.Resolve: ending.resolve,
    cmd.Consent: ending.consent,
    cmd.Refuse: ending.refuse,
    cmd.Reopen: ending.reopen,
    cmd.Withdraw: ending.withdraw,
    cmd.AlertCleared: _alert_cleared,
}
