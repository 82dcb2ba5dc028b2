"""`decide(state, command, now) -> events`: what a command means, or a refusal that changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.commands import Actor, Command
from domain.draft import Draft
from domain.elapse import close, elapse
from domain.errors import DomainError
from domain.events import Event
from domain.evolve import evolve
from domain.ticket import Ticket
from domain.clock import Clock
from domain.words import STAFF, Closing, ClockKind, Contact, Level, Party, Role, Status


def open_ticket(opening: cmd.Open, by: Actor, now: datetime, cause: str, digest: str = "") -> list[Event]:
    """The first events of a ticket. DomainError when the severity is not one of the agreement's."""
    terms = opening.terms
    severity = opening.severity or terms.default_severity
    _known_severity(severity, tuple(terms.severities))
    draft = Draft(None, now, by, cause)
    draft.add(ev.TicketOpened(opening=opening, severity=severity, digest=digest))
    _start_clocks(draft)
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
    return [*events, *decided, *elapse(state, now)]


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


def _start_clocks(draft: Draft) -> None:
    state = draft.state
    for kind in (ClockKind.response, ClockKind.update, ClockKind.resolution):
        keeping.start(draft, kind, state.severity_terms.target(kind, state.channel))


def _known_severity(severity: str, known: tuple[str, ...]) -> None:
    if severity not in known:
        raise DomainError(
            "unknown_severity", f'The agreement has no severity "{severity}"; it has {", ".join(known)}.'
        )


def _in_work(draft: Draft, what: str) -> None:
    if not draft.state.active:
        raise DomainError(
            "awaiting_consent",
            f"A resolution has been proposed, so this is no time to {what}. Wait for the client's answer, or propose another resolution.",
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
        raise DomainError("already_acknowledged", "The first response was given already. Comment, or post a status update.")
    draft.add(ev.FirstResponseGiven(means=step.means, text=step.text))
    keeping.client_heard(draft, Contact.acknowledgement)


def _comment(draft: Draft, step: cmd.Comment) -> None:
    if draft.by.role is Role.client and draft.state.status is Status.waiting:
        return _answered(draft, step.text)
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
    _leave_level(draft)
    draft.add(ev.Escalated(level=step.level, group=step.group, before=state.level, reason=step.reason))
    _enter_level(draft, state.level)
    keeping.client_heard(draft, Contact.escalation)


def _leave_level(draft: Draft) -> None:
    keeping.meet(draft, ClockKind.internal)


def _enter_level(draft: Draft, before: Level) -> None:
    levels = draft.state.terms.levels
    old, new = levels[before].pauses, levels[draft.state.level].pauses
    keeping.resume(draft, "level", kinds=[kind for kind in old if kind not in new])
    keeping.pause(draft, new, "level")
    keeping.start(draft, ClockKind.internal, draft.state.level_terms.internal)


def _ask_manager(draft: Draft, step: cmd.AskManager) -> None:
    draft.add(ev.ManagerInvolved(tell="manager", reason=step.reason))


def _resolve(draft: Draft, step: cmd.Resolve) -> None:
    state = draft.state
    if step.kind not in state.terms.resolutions:
        known = ", ".join(state.terms.resolutions)
        raise DomainError("unknown_resolution", f'The agreement knows no resolution "{step.kind}"; it has {known}.')
    consent = state.terms.consent
    if state.status is Status.resolved:
        keeping.meet(draft, ClockKind.consent)
    remind_at = consent.remind.due(draft.now, state.terms.calendars) if consent.remind else None
    _stop_for_consent(draft)
    draft.add(ev.ResolutionProposed(kind=step.kind, text=step.text, remind_at=remind_at))
    keeping.start(draft, ClockKind.consent, consent.silence)


def _stop_for_consent(draft: Draft) -> None:
    """While consent is asked, reminders take the place of updates and the other clocks stand still."""
    if Contact.resolution in draft.state.terms.first_response:
        keeping.meet(draft, ClockKind.response)
    keeping.meet(draft, ClockKind.update)
    keeping.meet(draft, ClockKind.internal)
    keeping.resume(draft, "waiting")
    keeping.pause(draft, (ClockKind.resolution,), "consent")


def _consent(draft: Draft, step: cmd.Consent) -> None:
    state = draft.state
    resolution = state.resolution
    if state.status is not Status.resolved or resolution is None:
        raise DomainError("nothing_to_consent", "No resolution is waiting for consent.")
    party, needed = draft.by.party, state.terms.consent.of
    if party is None or party not in needed:
        raise DomainError("not_yours_to_consent", f"The agreement asks for the consent of: {', '.join(needed)}.")
    if party in resolution.consents:
        raise DomainError("already_consented", "This side has consented already; the other one is being asked.")
    draft.add(ev.ConsentGiven(party=party))
    if set(needed) <= {*resolution.consents, party}:
        close(draft, Closing.consent)


def _refuse(draft: Draft, step: cmd.Refuse) -> None:
    state = draft.state
    if state.status is not Status.resolved:
        raise DomainError("nothing_to_refuse", "No resolution is waiting for consent.")
    if draft.by.party is not Party.client and draft.by.party not in state.terms.consent.of:
        raise DomainError("not_yours_to_refuse", "Only a side whose consent is asked can refuse.")
    keeping.meet(draft, ClockKind.consent)
    draft.add(ev.ResolutionRefused(reason=step.reason))
    never_stopped = state.terms.consent.refusal == "as_if_never_stopped"
    keeping.resume(draft, "consent", as_if_never_stopped=never_stopped)
    keeping.start(draft, ClockKind.update, state.severity_terms.update)
    keeping.start(draft, ClockKind.internal, state.level_terms.internal)


def _reopen(draft: Draft, step: cmd.Reopen) -> None:
    state = draft.state
    if state.active or state.status is Status.resolved:
        raise DomainError("not_closed", "The ticket is not closed. Add a comment, or refuse the resolution.")
    if state.status is Status.archived and draft.by.role not in STAFF:
        raise DomainError(
            "reopening_window_over", "The time for reopening is over. Open a new ticket and name this one, or ask us."
        )
    ended = [clock for clock in state.clocks if clock.kind is ClockKind.resolution]
    draft.add(ev.TicketReopened(reason=step.reason))
    if state.terms.reopening.clocks == "afresh":
        _start_clocks(draft)
    else:
        _carry_on(draft, ended)
        keeping.start(draft, ClockKind.update, state.severity_terms.update)
    keeping.start(draft, ClockKind.internal, state.level_terms.internal)


def _carry_on(draft: Draft, ended: list[Clock]) -> None:
    """The resolution goes on with what was left of it; one that was missed has had its verdict."""
    target = draft.state.severity_terms.resolution
    if target is not None and ended and ended[-1].missed_due is None:
        keeping.carry_on(draft, ended[-1], target)


def _withdraw(draft: Draft, step: cmd.Withdraw) -> None:
    close(draft, Closing.withdrawn, step.reason)


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
    cmd.Resolve: _resolve,
    cmd.Consent: _consent,
    cmd.Refuse: _refuse,
    cmd.Reopen: _reopen,
    cmd.Withdraw: _withdraw,
    cmd.AlertCleared: _alert_cleared,
}
