"""Calls to the client: due with the update, taken, made, tried again, told of when missed."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from domain.clock import Clock
from domain.elapse import elapse
from domain.errors import DomainError
from domain.target import parse
from domain.terms import CallTerms, ContactTerms
from domain.words import ClockKind
from tests.factories import ANNA, BOB, CLARA, HOUR, MINUTE, Life, terms

CALLS = CallTerms(severities=("critical",), retry=parse("15 min"), clause=("TF-13",))


def life(**changes: object) -> Life:
    return Life("T1", terms=terms(contact=ContactTerms(calls=CALLS)), **changes)


def call(of: Life) -> Clock:
    found = of.ticket.clock(ClockKind.call)
    assert found is not None
    return found


def update(of: Life) -> Clock:
    found = of.ticket.clock(ClockKind.update)
    assert found is not None
    return found


def test_an_update_of_a_severity_that_is_called_for_comes_with_a_call_that_is_due_with_it() -> None:
    critical = life(severity="critical")
    assert call(critical).due == update(critical).due
    assert (critical.ticket.calls, critical.ticket.call and critical.ticket.call.number) == (1, 1)
    assert life(severity="low").ticket.call is None


def test_reaching_the_client_is_the_update_too_and_the_next_call_is_due_with_the_next_one() -> None:
    told = life(severity="critical")
    first = call(told)
    told.do(BOB, cmd.Assign(assignee="bob"))
    told.do(BOB, cmd.TakeCall(call=1))
    assert told.ticket.call is not None
    assert told.ticket.call.taken_by == "bob"
    told.do(BOB, cmd.CallDone(call=1, outcome="reached", text="Half of it prints."))
    ended = [event.fact for event in told.events if event.fact.type == "clock_ended"]
    assert (first.id, "met") in [(fact.clock, fact.verdict) for fact in ended]
    spoken = next(event.fact for event in reversed(told.events) if event.fact.type == "status_updated")
    assert (spoken.means, spoken.text) == ("call", "Half of it prints.")
    assert told.ticket.call.number == 2
    assert call(told).due == update(told).due


def test_a_status_update_by_telephone_is_the_call_and_one_by_mail_is_not() -> None:
    told = life(severity="critical")
    told.do(BOB, cmd.StatusUpdate(text="By mail."))
    assert told.ticket.call is not None
    assert told.ticket.call.number == 1
    told.do(BOB, cmd.StatusUpdate(text="By telephone.", means="call"))
    assert told.ticket.call is not None
    assert told.ticket.call.number == 2


def test_who_is_not_reached_is_told_by_mail_and_called_again_and_staff_is_reminded() -> None:
    told = life(severity="critical")
    told.take()
    due = call(told).due
    told.do(BOB, cmd.TakeCall(call=1))
    told.do(BOB, cmd.CallDone(call=1, outcome="not_reached", text="It rang out."))
    state = told.ticket
    assert state.call is not None
    assert (state.call.tries, state.call.taken_by, call(told).due) == (1, None, due)
    assert state.call.next_at == told.now + 15 * MINUTE
    assert [message.template for message in told.take().messages] == ["call_not_reached"]
    rung = elapse(state, state.call.next_at)
    assert [(event.fact.type, event.fact.alarm) for event in rung] == [("staff_warned", "retry-1.1")]


def test_a_call_that_nobody_makes_is_missed_and_the_role_that_is_named_learns_of_it() -> None:
    told = life(severity="critical")
    due = call(told).due
    assert due is not None
    events = elapse(told.ticket, due)
    missed = [event.fact for event in events if event.fact.type == "clock_missed" and event.fact.clock == "call"]
    assert len(missed) == 1
    (word,) = [event.fact for event in events if event.fact.type == "manager_involved" and event.fact.clock == "call"]
    assert (word.tell, word.share) == ("manager", 100)


def test_a_severity_without_calls_calls_it_off_and_one_with_them_calls_for_one() -> None:
    told = life(severity="critical")
    told.do(BOB, cmd.Triage(severity="low", reason="One of five."))
    assert told.ticket.call is None
    told.do(BOB, cmd.Triage(severity="critical", reason="All five."))
    assert told.ticket.call is not None
    assert call(told).due == update(told).due


def test_a_proposal_calls_it_off_and_a_refusal_calls_for_the_next() -> None:
    told = life(severity="critical")
    told.do(BOB, cmd.Resolve(kind="fix", text="Restarted."))
    assert told.ticket.call is None
    told.do(ANNA, cmd.Refuse(reason="No."))
    assert told.ticket.call is not None
    assert told.ticket.call.number == 2


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (cmd.TakeCall(call=7), "call_over"),
        (cmd.CallDone(call=7, outcome="reached", text="x"), "call_over"),
    ],
)
def test_a_call_that_is_not_the_one_to_be_made_is_refused(step: cmd.Step, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        life(severity="critical").do(BOB, step)
    assert refused.value.code == code


def test_without_a_call_none_is_taken_and_a_try_lies_ahead() -> None:
    with pytest.raises(DomainError, match="No call"):
        life(severity="low").do(BOB, cmd.TakeCall(call=1))
    told = life(severity="critical")
    told.do(BOB, cmd.TakeCall(call=1))
    with pytest.raises(DomainError, match="already"):
        told.do(BOB, cmd.TakeCall(call=1))
    told.do(CLARA, cmd.TakeCall(call=1))
    with pytest.raises(DomainError, match="lies ahead"):
        told.do(BOB, cmd.CallDone(call=1, outcome="not_reached", text="x", next_at=told.now - HOUR))
