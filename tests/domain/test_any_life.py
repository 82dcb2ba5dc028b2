"""Whatever people do and however long Escalade sleeps, the rules hold: random lives under five agreements.

More of them: `pytest tests/domain/test_any_life.py --hypothesis-profile hunt --timeout 0`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agreements import compile_terms, load, published
from domain import commands as cmd
from domain import events as ev
from domain.clock import GRACE
from domain.commands import Actor, Command, Open, Step
from domain.decide import open_ticket
from domain.elapse import elapse, next_due
from domain.errors import DomainError
from domain.events import Event
from domain.evolve import evolve, rebuild
from domain.hours import rounded
from domain.messages import Message, messages
from domain.terms import ContactTerms, Terms
from domain.ticket import Ticket
from domain.words import Channel, Closing, Cover, Party, Status, Verdict
from tests.clauses.conftest import OWN
from tests.domain.any_step import Account, anything, carry_out
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, agreement, paris

HUNT = settings.get_current_profile_name() == "hunt"

AGREEMENTS = {
    **{name: agreement(name) for name in ("trackforce", "olcare", "proconcept", "onelife")},
    "platinum": compile_terms(load(published()["olcare"]), opened=date(2026, 3, 2), programme="platinum"),
    "oasis": compile_terms(load(OWN / "oasis.yaml"), opened=date(2026, 3, 2)),
    "odd": odd(contact=ContactTerms(interval_agreed=True)),
}
BEGINNINGS = ("03-02 10:00", "03-06 16:59", "03-07 12:00", "03-28 23:30", "10-23 17:30", "12-24 18:00")
TICK = timedelta.resolution
PICK = st.integers(0, 999)
WAITS = st.sampled_from([1, 60, 600, 3600, 4 * 3600, 86_400, 3 * 86_400, 20 * 86_400])


def after(state: Ticket, events: list[Event]) -> tuple[Ticket, list[Message]]:
    letters: list[Message] = []
    for event in events:
        state = evolve(state, event)
        letters += messages(state, event)
    return state, letters


def to_client(letters: list[Message]) -> int:
    return sum(letter.to.kind == "contact" for letter in letters)


FITTING: dict[Status, tuple[type[Step], ...]] = {
    Status.new: (cmd.Acknowledge, cmd.Triage, cmd.Ask, cmd.Escalate, cmd.Comment, cmd.Assign, cmd.LogTime, cmd.Supply),
    Status.open: (
        cmd.Resolve,
        cmd.Triage,
        cmd.Ask,
        cmd.Escalate,
        cmd.StatusUpdate,
        cmd.LogTime,
        cmd.Classify,
        cmd.MakeQuote,
        cmd.AcceptQuote,
        cmd.AwaitDefect,
        cmd.HearDefect,
    ),
    Status.waiting: (cmd.Answer, cmd.Triage, cmd.Escalate, cmd.Resolve, cmd.Withdraw),
    Status.resolved: (cmd.Consent, cmd.Refuse, cmd.Resolve, cmd.Acknowledge),
    Status.closed: (cmd.Reopen,),
    Status.archived: (cmd.Reopen,),
}
"""What people do in earnest: without a bias to it, random steps hardly ever get to a consent and back."""


class AnyLife(RuleBasedStateMachine):
    """`settled` while nothing of this instant is left to do."""

    terms: Terms

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.keys: list[str] = []
        self.numbers: dict[str, int] = {}
        self.ended: dict[int, ev.ClockEnded] = {}
        self.settled = False

    @initialize(rank=PICK, at=st.sampled_from(BEGINNINGS), channel=st.sampled_from(Channel))
    def open(self, rank: int, at: str, channel: Channel) -> None:
        self.now = paris(at)
        self.steps = anything(self.terms, self.now)
        self.account = Account(self.now)
        severity = list(self.terms.severities)[rank % len(self.terms.severities)]
        opening = Open(
            ticket="T1", subject="It fails", description="Since seven.", channel=channel, organisation="acme",
            contract="acme-1", contact="anna", language="fr", severity=severity, terms=self.terms,
            **self.filed(rank),
        )  # fmt: skip
        events = open_ticket(opening, CLIENT, self.now, "open")
        self.state = evolve(None, events[0])
        self.keys = [letter.key for letter in messages(self.state, events[0])]
        self.events = [events[0]]
        self.follow(events[1:])

    def filed(self, rank: int) -> dict[str, Any]:
        """Now and then a kind, an impact, a service that is down, or persons named to agree."""
        handled = [name for name, one in self.terms.requests.items() if one.cover is not Cover.not_handled]
        impacts = [impact for one in self.terms.severities.values() for impact in one.impacts]
        filed: dict[str, Any] = {}
        if handled and rank % 2:
            filed["kind"] = handled[rank % len(handled)]
        if impacts and rank % 3 == 0:
            filed["impact"] = impacts[rank % len(impacts)]
        if rank % 7 == 0:
            filed |= {"service": "sites", "down_since": self.now}
        if rank % 5 == 0:
            filed["representatives"] = {Party.client: "anna", Party.provider: "bob"}
        return filed

    def follow(self, events: list[Event]) -> None:
        state, letters = after(self.state, events)
        self.keys += [letter.key for letter in letters]
        for event in events:
            assert Event.model_validate_json(event.model_dump_json()) == event
            self.judge(event)
        self.state = state
        self.events += events
        self.settled = False

    def judge(self, event: Event) -> None:
        """Each promise gets one verdict, and the figures of that verdict agree."""
        fact = event.fact
        if isinstance(fact, ev.ClockStarted):
            before = self.numbers.get(fact.clock)
            assert before is None or before in self.ended, "a promise was replaced without a verdict"
            self.numbers[fact.clock] = event.sequence
        elif isinstance(fact, ev.ClockEnded):
            number = self.numbers[fact.clock]
            assert number not in self.ended, "two verdicts for one promise"
            self.ended[number] = fact
            if fact.verdict is Verdict.missed:
                assert fact.due is not None
                assert fact.done_at >= fact.due
                assert fact.late == int((fact.done_at - fact.due).total_seconds())
            elif fact.verdict is Verdict.met:
                assert fact.due is not None
                assert fact.done_at <= fact.due + GRACE
                assert fact.late == 0

    # What may happen ------------------------------------------------------------------------------------------------

    @rule(pick=PICK)
    def somebody_does_something(self, pick: int) -> None:
        self.act(*self.steps[pick % len(self.steps)])

    @rule(pick=PICK, other=PICK)
    def people_do_what_fits(self, pick: int, other: int) -> None:
        for number in (pick, other):
            fitting = [one for one in self.steps if isinstance(one[1], FITTING[self.state.status])]
            self.act(*fitting[number % len(fitting)])

    def act(self, by: Actor, step: Step) -> None:
        kept = self.state
        try:
            command = Command(id=f"c{len(self.events)}", by=by, step=step)
            events = carry_out(self.state, self.account, command, self.now)
        except DomainError:
            assert self.state is kept
            return
        assert events
        self.follow(events)
        awaited = next_due(self.state)
        assert awaited is None or awaited >= self.now

    @rule(seconds=WAITS, share=st.integers(1, 1000))
    def time_passes(self, seconds: int, share: int) -> None:
        self.sleep_until(self.now + timedelta(seconds=seconds) * share / 1000)

    @precondition(lambda self: next_due(self.state) is not None)
    @rule(late=st.sampled_from([timedelta(), TICK, timedelta(seconds=20), timedelta(seconds=90)]))
    def the_next_thing_falls_due(self, late: timedelta) -> None:
        due = next_due(self.state)
        assert due is not None
        self.sleep_until(max(due, self.now) + late)

    @precondition(lambda self: (next_due(self.state) or self.now) > self.now)
    @rule(pick=PICK, other=PICK)
    def somebody_acts_at_the_due_instant(self, pick: int, other: int) -> None:
        due = next_due(self.state)
        assert due is not None
        assert elapse(self.state, due, before=True) == []
        self.now, self.settled = due, False
        self.people_do_what_fits(pick, other)

    def sleep_until(self, at: datetime) -> None:
        """One look after a sleep; telling the client no more often than looking each time something falls due."""
        jump = elapse(self.state, at)
        slept, letters = after(self.state, jump)
        awake, told = self.state, 0
        while (due := next_due(awake)) is not None and due <= at:
            awake, more = after(awake, elapse(awake, max(due, self.now)))
            told += to_client(more)
        assert to_client(letters) <= told
        assert elapse(slept, at) == []
        assert (next_due(slept) or at + TICK) > at
        self.now = at
        self.follow(jump)
        self.settled = True

    # What always holds ----------------------------------------------------------------------------------------------

    @invariant()
    def clocks_stand_still_or_run(self) -> None:
        calendars = self.state.terms.calendars
        for clock in self.state.clocks:
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
            assert all(since <= until for since, until in clock.ran)
            assert list(clock.ran) == sorted(clock.ran)
            assert not {alarm.id for alarm in clock.alarms} & set(clock.fired)

    @invariant()
    def what_counts_in_opening_hours_falls_due_in_them(self) -> None:
        for clock in self.state.clocks:
            if clock.live and clock.due is not None:
                on = self.state.terms.calendars[clock.target.delivered or clock.target.runs_on]
                assert on.is_open(clock.due) or on.is_open(clock.due - TICK)

    @invariant()
    def every_started_clock_is_live_or_has_its_verdict(self) -> None:
        live = {clock.number for clock in self.state.clocks if clock.live}
        assert live == set(self.numbers.values()) - set(self.ended)
        if self.state.status in (Status.closed, Status.archived):
            assert not live

    @invariant()
    def a_wait_is_a_wait(self) -> None:
        state = self.state
        assert (state.question is not None) == (state.status is Status.waiting)
        assert (state.reopen_until is not None) == (state.status is Status.closed)
        for clock in state.clocks:
            if clock.live:
                assert ("waiting" in clock.paused_by) <= (state.status is Status.waiting)
                assert ("consent" in clock.paused_by) <= (state.status is Status.resolved)
                assert ("level" in clock.paused_by) == (clock.kind in state.level_terms.pauses and not state.continuous)

    @invariant()
    def nothing_closes_without_consent(self) -> None:
        state = self.state
        if state.status not in (Status.closed, Status.archived):
            return
        if state.closing is Closing.consent:
            assert state.resolution is not None
            assert set(state.resolution.consents) >= set(state.terms.consent.of)
        elif state.closing is Closing.silence:
            assert state.terms.consent.silence is not None
        elif state.closing is Closing.not_covered:
            assert any(event.fact.type == "request_excluded" for event in self.events)
        else:
            assert state.closing is Closing.withdrawn
            assert any(event.fact.type == "ticket_closed" and event.by.role != "system" for event in self.events)

    @invariant()
    def hours_used_are_the_rounded_entries_and_never_more_than_the_packages_hold(self) -> None:
        state, terms = self.state, self.terms.hours
        deducted = sum(entry.charged for entry in state.entries if entry.cover is Cover.deducted)
        assert sum(state.taken.values()) == sum(self.account.taken.values()) == deducted
        assert all(0 <= package.used <= package.minutes for package in self.account.packages)
        for entry in state.entries:
            assert 0 <= entry.charged <= entry.counted
            assert entry.counted == (rounded(entry.worked, terms.step) if terms else entry.worked)

    @invariant()
    def the_log_is_the_ticket(self) -> None:
        assert [event.sequence for event in self.events] == list(range(1, len(self.events) + 1))
        assert len(self.keys) == len(set(self.keys))
        assert rebuild(self.events) == self.state
        assert Ticket.model_validate_json(self.state.model_dump_json()) == self.state

    @invariant()
    def nothing_that_has_come_is_left_undone(self) -> None:
        assert not self.settled or (next_due(self.state) or self.now + TICK) > self.now


@pytest.mark.parametrize("name", AGREEMENTS)
def test_the_rules_hold_in_any_life(name: str) -> None:
    life: type[AnyLife] = type(f"AnyLife_{name}", (AnyLife,), {"terms": AGREEMENTS[name]})
    case = life.TestCase()
    case.settings = settings(
        max_examples=400 if HUNT else 15,
        stateful_step_count=60 if HUNT else 25,
        # Shrinking so long a life takes minutes: whoever hunts a fault has them, a run of all tests does not.
        phases=tuple(Phase) if HUNT else (Phase.generate,),
        derandomize=not HUNT,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    case.runTest()
