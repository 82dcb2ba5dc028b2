"""What holds at every moment of any life, and what is true of each fact when it becomes one."""

from __future__ import annotations

from datetime import timedelta

from domain import events as ev
from domain.clock import GRACE
from domain.events import Event
from domain.hours import rounded
from domain.ticket import Ticket
from domain.words import ClockKind, Closing, Cover, Status, Verdict
from tests.domain.any_life.account import Account

TICK = timedelta.resolution


class Verdicts:
    """Each promise has one verdict: met, missed with its lateness, or cancelled with its reason."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.ended: dict[int, ev.ClockEnded] = {}

    def judge(self, event: Event) -> None:
        fact = event.fact
        if isinstance(fact, ev.ClockStarted):
            before = self.numbers.get(fact.clock)
            assert before is None or before in self.ended, "a promise was replaced without a verdict"
            self.numbers[fact.clock] = event.sequence
        elif isinstance(fact, ev.ClockEnded):
            number = self.numbers[fact.clock]
            assert number not in self.ended, "two verdicts for one promise"
            self.ended[number] = fact
            _judged(fact)

    def cover(self, state: Ticket) -> None:
        """Every promise that was begun is being kept, or has its verdict; a closed ticket keeps none."""
        live = {clock.number for clock in state.clocks if clock.live}
        assert live == set(self.numbers.values()) - set(self.ended)
        if state.status in (Status.closed, Status.archived):
            assert not live


def _judged(fact: ev.ClockEnded) -> None:
    if fact.verdict is Verdict.cancelled:
        assert fact.reason
        return
    assert fact.due is not None
    if fact.verdict is Verdict.missed:
        assert fact.done_at >= fact.due
        assert fact.late == int((fact.done_at - fact.due).total_seconds())
    else:
        assert fact.done_at <= fact.due + GRACE
        assert fact.late == 0


def closed_by_right(before: Ticket, event: Event, history: list[Event]) -> None:
    """A ticket closes with consent, by the agreement's own rule of silence, withdrawn, or as not covered."""
    fact, terms = event.fact, before.terms
    assert isinstance(fact, ev.TicketClosed)
    if fact.closing is Closing.consent:
        assert before.resolution is not None
        assert set(before.resolution.consents) >= set(terms.consent.of)
    elif fact.closing is Closing.silence:
        assert terms.consent.silence is not None
        assert event.by.role == "system"
        assert before.status is Status.resolved
    elif fact.closing is Closing.withdrawn:
        assert event.by.role != "system"
    else:
        assert fact.closing is Closing.not_covered
        found = [one.fact for one in history if one.cause == event.cause and isinstance(one.fact, ev.RequestExcluded)]
        assert [one.exclusion in {**terms.exclusions, **terms.requests} for one in found] == [True]
    assert fact.reopen_until >= event.at


def counted_by_the_agreement(before: Ticket, fact: ev.TimeLogged) -> None:
    """Each entry counts as worked, rounded up; charged to nobody where included, within cap and order elsewhere."""
    terms = before.terms
    assert fact.counted == (rounded(fact.worked, terms.hours.step) if terms.hours else fact.worked)
    assert 0 <= fact.charged <= fact.counted
    assert fact.cover is not Cover.not_handled
    assert fact.cover is not Cover.included or fact.charged == 0
    charged = fact.charged + sum(one.charged for one in before.entries if one.cover is fact.cover)
    request = before.request_terms
    if fact.charged and request is not None and request.cap is not None:
        assert charged <= request.cap
    if fact.cover is Cover.billable and terms.quotes is not None and terms.quotes.first:
        assert charged <= before.ordered
    assert all(not terms.intake[name].before_work for name in before.missing)


def hours_are_the_account(state: Ticket, account: Account) -> None:
    """Hours used are the rounded entries that are deducted, the account says the same, and no package is overdrawn."""
    deducted = sum(entry.charged for entry in state.entries if entry.cover is Cover.deducted)
    assert sum(state.taken.values()) == deducted
    assert state.taken == account.taken
    for package in account.packages:
        assert 0 <= package.used <= package.minutes
        assert package.used == account.taken.get(package.id, 0) + account.theirs.get(package.id, 0)
    assert [entry.number for entry in state.entries] == list(range(1, len(state.entries) + 1))
    assert state.reported <= len(state.entries)


def clocks_stand_still_or_run(state: Ticket) -> None:
    """No clock runs while it is paused; one that runs is due when the terms say, and within hours of delivery."""
    calendars = state.terms.calendars
    for clock in state.clocks:
        if not clock.live:
            assert clock.running_since is None
            assert not clock.alarms
        elif clock.paused_by:
            assert clock.running_since is None
            assert clock.due is None
            assert not clock.alarms
            assert len(set(clock.paused_by)) == len(clock.paused_by)
        else:
            assert clock.running_since is not None
            assert clock.due == (None if clock.missed_due else clock.measure(calendars))
        if clock.live and clock.due is not None:
            on = calendars[clock.target.delivered or clock.target.runs_on]
            assert on.is_open(clock.due) or on.is_open(clock.due - TICK)
        assert all(since <= until for since, until in clock.ran)
        assert list(clock.ran) == sorted(clock.ran)
        assert not {alarm.id for alarm in clock.alarms} & set(clock.fired)


def a_call_goes_with_an_update(state: Ticket) -> None:
    """One call at most is to be made, only where the agreement wants calls and updates are promised; it has a clock."""
    call, clock, terms = state.call, state.clock(ClockKind.call), state.terms.contact.calls
    assert (call is None) == (clock is None)
    if call is not None:
        assert terms is not None
        assert state.severity in terms.severities
        assert state.clock(ClockKind.update) is not None
        assert call.number == state.calls
        assert call.tries == 0 or call.next_at is not None


def a_wait_is_a_wait(state: Ticket) -> None:
    """Clocks stand still for the reasons that the terms give, as the ticket stands, and for no other."""
    assert (state.question is not None) == (state.status is Status.waiting)
    assert (state.reopen_until is not None) == (state.status is Status.closed)
    for clock in (one for one in state.clocks if one.live):
        kind = ClockKind.update if clock.kind is ClockKind.call else clock.kind
        waits = state.status is Status.waiting and kind in state.terms.waiting_pauses
        held = any(kind in state.terms.intake[name].holds for name in state.missing)
        assert ("waiting" in clock.paused_by) == waits
        assert ("consent" in clock.paused_by) <= (state.status is Status.resolved)
        assert ("level" in clock.paused_by) == (kind in state.stops_at(state.level))
        assert ("defect" in clock.paused_by) == (state.awaited is not None and kind in state.stops_for_defect)
        assert ("intake" in clock.paused_by) == held
