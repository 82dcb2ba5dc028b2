"""Everyday work on a ticket: severity, assignment, first response, comments, updates, questions and answers."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules import calls, escalating, intake
from domain.rules.shape import Decisions, in_work, known_impact, known_severity, needs_assignee
from domain.words import STAFF, Channel, ClockKind, Contact, Role, Status


def _triage(draft: Draft, step: cmd.Triage) -> None:
    state = draft.state
    in_work(draft, "change the severity")
    known_severity(step.severity, tuple(state.terms.severities))
    if step.impact is not None:
        known_impact(state.terms, step.impact)
    if step.silent and not state.terms.triage_silent:
        raise DomainError("silence_not_allowed", "The client is told of a change of severity. Leave `silent` out.")
    if step.severity == state.severity and not state.provisional and step.impact in (None, state.impact):
        raise DomainError("severity_unchanged", f'The severity is "{state.severity}" already.')
    draft.add(
        ev.SeveritySet.made(
            severity=step.severity, before=state.severity, reason=step.reason, impact=step.impact, silent=step.silent
        )
    )
    if step.severity in state.terms.contact.continuous:
        needs_assignee(step.assignee or state.assignee)
    if step.assignee is not None and step.assignee != state.assignee:
        draft.add(ev.TicketAssigned.made(assignee=step.assignee, others=state.others))
    if state.continuous != draft.state.continuous:
        keeping.hold_again(draft, state)
    keeping.retarget(draft)
    intake.ask(draft)


def _assign(draft: Draft, step: cmd.Assign) -> None:
    if (draft.state.assignee, draft.state.others) == (step.assignee, step.others):
        raise DomainError("already_assigned", f"The ticket is assigned to {step.assignee} already.")
    named = (step.assignee, *step.others)
    if len({*named}) < len(named):
        raise DomainError("assignee_twice", "Somebody is named twice. Name each person once.")
    escalating.of_its_groups(draft.state, named, step.groups)
    draft.add(ev.TicketAssigned.made(assignee=step.assignee, others=step.others))


def _acknowledge(draft: Draft, step: cmd.Acknowledge) -> None:
    if draft.state.answered:
        raise DomainError(
            "already_acknowledged", "The first response was given already. Comment, or post a status update."
        )
    calls.spoken(draft, step.means)
    draft.add(ev.FirstResponseGiven.made(means=step.means, text=step.text, attachments=step.attachments))
    keeping.client_heard(draft, Contact.acknowledgement)


def _comment(draft: Draft, step: cmd.Comment) -> None:
    if draft.by.role is Role.client and draft.state.status is Status.waiting:
        _answered(draft, step, step.channel)
        return
    draft.add(ev.CommentAdded.made(text=step.text, channel=step.channel, attachments=step.attachments))
    if draft.by.role in STAFF:
        keeping.client_heard(draft, Contact.comment)


def _note(draft: Draft, step: cmd.Note) -> None:
    draft.add(ev.NoteAdded.made(text=step.text, attachments=step.attachments))


def _status_update(draft: Draft, step: cmd.StatusUpdate) -> None:
    in_work(draft, "report progress")
    contact = draft.state.terms.contact
    if contact.updates_by and step.means not in contact.updates_by:
        known = ", ".join(contact.updates_by)
        raise DomainError("unknown_means", f'The agreement has no updates by "{step.means}"; it has them by {known}.')
    calls.spoken(draft, step.means)
    keeping.client_heard(draft, Contact.status_update)
    following = draft.state.clock(ClockKind.update)
    draft.add(
        ev.StatusUpdated.made(
            text=step.text,
            next_by=following.due if following else None,
            means=step.means,
            shown_on=contact.updates_also.get(draft.state.severity, ()),
            attachments=step.attachments,
        )
    )


def _ask(draft: Draft, step: cmd.Ask) -> None:
    in_work(draft, "ask for information")
    if draft.state.question is not None:
        raise DomainError("already_asked", "A question to the client is open already. Add to it with a comment.")
    draft.add(ev.InformationRequested.made(question=step.question, attachments=step.attachments))
    keeping.client_heard(draft, Contact.question)
    keeping.pause(draft, draft.state.terms.waiting_pauses, "waiting")


def _answer(draft: Draft, step: cmd.Answer) -> None:
    if draft.state.status is not Status.waiting:
        raise DomainError("nothing_asked", "No question is open. Add the information as a comment.")
    _answered(draft, step)


def _answered(draft: Draft, step: cmd.Answer | cmd.Comment, channel: Channel | None = None) -> None:
    draft.add(ev.InformationGiven.made(text=step.text, channel=channel, attachments=step.attachments))
    keeping.resume(draft, "waiting")


DECISIONS: Decisions = {
    cmd.Triage: _triage,
    cmd.Assign: _assign,
    cmd.Acknowledge: _acknowledge,
    cmd.Comment: _comment,
    cmd.Note: _note,
    cmd.StatusUpdate: _status_update,
    cmd.Ask: _ask,
    cmd.Answer: _answer,
}
