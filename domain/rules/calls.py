"""Calls that go with updates: where the agreement wants the client called, each update calls for one (TF-13).

A call is a task with a clock of its own, due with the update, whoever writes that one. It is over when somebody of ours
has spoken with the client.
"""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions, in_work
from domain.words import ClockKind, Contact, Means, Reached, Verdict

SPOKEN = (Means.call, Means.conversation)
"""Means by which somebody has spoken with the client."""


def follow(draft: Draft) -> None:
    """Brings the call in line with what the decision has made of the ticket: begun, measured again, called off."""
    state = draft.state
    terms, call = state.terms.contact.calls, state.clock(ClockKind.call)
    if terms is None and call is None:
        return
    update = state.clock(ClockKind.update)
    wanted = terms is not None and state.severity in terms.severities and update is not None
    if call is not None and not wanted:
        keeping.end(draft, call, Verdict.cancelled, reason="no call is called for any longer")
    elif call is None and wanted and update is not None:
        made = [
            one.number for one in state.clocks if one.kind is ClockKind.call and one.verdict is not Verdict.cancelled
        ]
        if update.number > max(made, default=0):  # one call for each update
            keeping.accompany(draft, update)
    elif call is not None and update is not None:
        before = draft.before.terms.calendars if draft.before else state.terms.calendars
        if call.target != update.target or before is not state.terms.calendars:
            keeping.measure_again(draft, call, update.target, before=before)


def spoken(draft: Draft, means: Means) -> None:
    """Somebody of ours has told the client something; by word of mouth, it was the call."""
    if means in SPOKEN:
        keeping.meet(draft, ClockKind.call)


def _take(draft: Draft, step: cmd.TakeCall) -> None:
    _called_for(draft, step.call)
    call = draft.state.call
    if call is not None and call.taken_by == draft.by.id:
        raise DomainError("already_taken", "You have taken this call already.")
    draft.add(ev.CallTaken(call=step.call))


def _done(draft: Draft, step: cmd.CallDone) -> None:
    """Reached, it is the update as well; not reached, it is tried again and its clock runs on."""
    in_work(draft, "call the client")
    _called_for(draft, step.call)
    if step.outcome is Reached.not_reached:
        return _try_again(draft, step)
    draft.add(ev.CallMade(call=step.call, outcome=step.outcome, text=step.text))
    keeping.meet(draft, ClockKind.call)
    keeping.client_heard(draft, Contact.status_update)
    following = draft.state.clock(ClockKind.update)
    shown_on = draft.state.terms.contact.updates_also.get(draft.state.severity, ())
    next_by = following.due if following else None
    return draft.add(ev.StatusUpdated(text=step.text, next_by=next_by, means=Means.call, shown_on=shown_on))


def _try_again(draft: Draft, step: cmd.CallDone) -> None:
    state = draft.state
    terms, call, clock = state.terms.contact.calls, state.call, state.clock(ClockKind.call)
    assert terms is not None  # or there would be no call
    assert call is not None
    assert clock is not None
    next_at = step.next_at or terms.retry.due(draft.now, state.terms.calendars)
    if next_at is None or next_at <= draft.now:
        raise DomainError("try_in_the_past", "The next try lies ahead. Name a later instant.")
    tried = call.model_copy(update={"tries": call.tries + 1, "next_at": next_at})
    due = clock.missed_due or clock.due
    awaited = state.model_copy(update={"call": tried})
    alarms = keeping.alarms_of(awaited, clock, due, draft.now)
    draft.add(ev.CallMade(call=step.call, outcome=step.outcome, text=step.text, next_at=next_at, alarms=alarms))


def _called_for(draft: Draft, number: int) -> None:
    call = draft.state.call
    if call is None:
        raise DomainError("no_call", "No call to the client is called for.")
    if call.number != number:
        raise DomainError("call_over", f"Call {number} is over; the one to be made is number {call.number}.")


DECISIONS: Decisions = {cmd.TakeCall: _take, cmd.CallDone: _done}
