"""Everyday work on a ticket: severity, assignment, first response, comments, updates, questions and answers."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions, in_work, known_severity
from domain.words import STAFF, ClockKind, Contact, Role, Status


def _triage(draft: Draft, step: cmd.Triage) -> None:
    state = draft.state
    in_work(draft, "change the severity")
    known_severity(step.severity, tuple(state.terms.severities))
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
    in_work(draft, "report progress")
    keeping.client_heard(draft, Contact.status_update)
    following = draft.state.clock(ClockKind.update)
    draft.add(ev.StatusUpdated(text=step.text, next_by=following.due if following else None))


def _ask(draft: Draft, step: cmd.Ask) -> None:
    in_work(draft, "ask for information")
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


def _alert_cleared(draft: Draft, step: cmd.AlertCleared) -> None:
    draft.add(ev.CommentAdded(text=step.text))
    if draft.state.active:
        draft.add(ev.ResolutionSuggested(text=step.text))


DECISIONS: Decisions = {
    cmd.Triage: _triage,
    cmd.Assign: _assign,
    cmd.Acknowledge: _acknowledge,
    cmd.Comment: _comment,
    cmd.Note: _note,
    cmd.StatusUpdate: _status_update,
    cmd.Ask: _ask,
    cmd.Answer: _answer,
    cmd.AlertCleared: _alert_cleared,
}
