"""Whatever people do and however long Escalade sleeps, the rules hold: random lives under eight agreements.

More of them: `pytest tests/domain/test_any_life.py --hypothesis-profile hunt --timeout 0`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import events as ev
from domain.commands import Actor, Command, Step
from domain.decide import open_ticket
from domain.elapse import elapse, next_due
from domain.errors import DomainError
from domain.events import Event
from domain.evolve import evolve, rebuild
from domain.explain import explain
from domain.messages import Message, messages
from domain.possible import FORMS, possible
from domain.record import summarise
from domain.report import report_of
from domain.terms import Terms
from domain.ticket import Ticket
from tests.domain.any_life import laws
from tests.domain.any_life.account import LASTS, Account, carry_out
from tests.domain.any_life.agreements import AGREEMENTS, revisions
from tests.domain.any_life.openings import DICE, filed, plain
from tests.domain.any_life.steps import ASKING, KINDS, fitting, made
from tests.domain.stories import CLIENT, paris

HUNT = settings.get_current_profile_name() == "hunt"

BEGINNINGS = ("03-02 10:00", "03-06 16:59", "03-07 12:00", "03-28 23:30", "10-23 17:30", "12-24 18:00")
TICK = timedelta.resolution
PICK = st.integers(0, 999)
CHOICE = st.tuples(PICK, PICK, PICK)
"""Which step, which variant of it, and who takes it."""
TRIES = 8
WAITS = st.sampled_from([1, 60, 600, 3600, 4 * 3600, 86_400, 3 * 86_400, 20 * 86_400])


@cache
def newer(name: str) -> list[Terms]:
    return revisions(AGREEMENTS[name])


def after(state: Ticket, events: list[Event]) -> tuple[Ticket, list[Message]]:
    letters: list[Message] = []
    for event in events:
        state = evolve(state, event)
        letters += messages(state, event)
    return state, letters


def to_client(letters: list[Message]) -> int:
    return sum(letter.to.kind == "contact" for letter in letters)


class AnyLife(RuleBasedStateMachine):
    """`settled` while nothing of this instant is left to do."""

    name: str

    def __init__(self) -> None:
        super().__init__()
        self.terms = AGREEMENTS[self.name]
        self.events: list[Event] = []
        self.keys: list[str] = []
        self.verdicts = laws.Verdicts()
        self.settled = False

    @initialize(dice=st.tuples(*[PICK] * DICE), at=st.sampled_from(BEGINNINGS))
    def open(self, dice: Sequence[int], at: str) -> None:
        self.now = paris(at)
        self.account = Account(self.now)
        try:
            events = open_ticket(filed(self.terms, dice, self.now), CLIENT, self.now, "open")
        except DomainError:
            events = open_ticket(plain(self.terms, self.now), CLIENT, self.now, "open")
        self.state = evolve(None, events[0])
        self.keys = [letter.key for letter in messages(self.state, events[0])]
        self.events = [events[0]]
        self.follow(events[1:])

    def follow(self, events: list[Event]) -> None:
        for event in events:
            assert Event.model_validate_json(event.model_dump_json()) == event
            self.judge(event)
            self.state, letters = after(self.state, [event])
            self.keys += [letter.key for letter in letters]
            self.events.append(event)
        self.settled = False

    def judge(self, event: Event) -> None:
        """What has to be true of a fact, as the ticket stood when it became one."""
        self.verdicts.judge(event)
        if isinstance(event.fact, ev.TicketClosed):
            laws.closed_by_right(self.state, event, self.events)
        elif isinstance(event.fact, ev.TimeLogged):
            laws.counted_by_the_agreement(self.state, event.fact)

    # What may happen ------------------------------------------------------------------------------------------------

    @rule(choice=CHOICE)
    def somebody_does_something(self, choice: tuple[int, int, int]) -> None:
        self.act(*self.chosen(KINDS, *choice))

    @rule(choices=st.lists(CHOICE, min_size=2, max_size=4))
    def people_do_what_fits(self, choices: list[tuple[int, int, int]]) -> None:
        for choice in choices:
            self.act_in_earnest(fitting(self.state), *choice)

    @rule(first=CHOICE, other=CHOICE)
    def somebody_is_quicker_than_the_hour_account(
        self, first: tuple[int, int, int], other: tuple[int, int, int]
    ) -> None:
        # What asks the account itself waits until the first has its answer.
        quicker = self.chosen([kind for kind in KINDS if kind not in ASKING], *other)
        self.act_in_earnest(ASKING, *first, meanwhile=quicker)

    @rule(minutes=st.integers(0, 700))
    def other_tickets_take_hours_or_give_some_back(self, minutes: int) -> None:
        with suppress(DomainError):  # they are used up
            self.account.settle_others(minutes, self.now)

    @precondition(lambda self: len(self.account.packages) < 6)
    @rule(minutes=st.sampled_from([30, 120, 600]), lasts=st.sampled_from(LASTS))
    def a_package_is_sold(self, minutes: int, lasts: timedelta) -> None:
        self.account.sell(minutes, lasts, self.now)

    def chosen(self, kinds: Sequence[type[Step]], kind: int, variant: int, who: int) -> tuple[Actor, Step]:
        return made(kinds[kind % len(kinds)], self.state, self.now, variant, who, newer(self.name))

    def act_in_earnest(
        self,
        kinds: Sequence[type[Step]],
        kind: int,
        variant: int,
        who: int,
        meanwhile: tuple[Actor, Step] | None = None,
    ) -> None:
        """Somebody who is refused says it otherwise, a few times."""
        for number in range(TRIES):
            if self.act(*self.chosen(kinds, kind, variant + 7 * number, who), meanwhile=meanwhile):
                return

    def act(self, by: Actor, step: Step, meanwhile: tuple[Actor, Step] | None = None) -> bool:
        """One step; whether it, or one that was quicker, was taken. A refusal changes nothing."""
        kept = self.state
        quicker = (lambda: self.act(*meanwhile)) if meanwhile else None
        try:
            events = carry_out(self, Command(id=f"c{len(self.events)}", by=by, step=step), quicker)
        except DomainError:
            # Refused after somebody was quicker: not said once more, in a life that is another one now.
            return self.state is not kept
        assert events
        if meanwhile is None and step.type in FORMS:
            # What is hidden from somebody is refused; so what is taken was shown.
            assert step.type in possible(kept, by, self.now, among=(step.type,))
        self.follow(events)
        awaited = next_due(self.state)
        assert awaited is None or awaited >= self.now
        return True

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
    @rule(choices=st.lists(CHOICE, min_size=1, max_size=2))
    def somebody_acts_at_the_due_instant(self, choices: list[tuple[int, int, int]]) -> None:
        due = next_due(self.state)
        assert due is not None
        assert elapse(self.state, due, before=True) == []
        self.now, self.settled = due, False
        self.people_do_what_fits(choices)

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
    def the_laws_hold(self) -> None:
        laws.clocks_stand_still_or_run(self.state)
        laws.a_wait_is_a_wait(self.state)
        laws.a_call_goes_with_an_update(self.state)
        laws.hours_are_the_account(self.state, self.account)
        self.verdicts.cover(self.state)

    @invariant()
    def anybody_can_look(self) -> None:
        assert summarise(self.state).status is self.state.status
        assert len(report_of(self.state, self.now).lines) == len(self.state.entries)
        for clock in self.state.clocks:
            if clock.live:
                assert explain(clock, self.state.terms, self.now, language="fr").sentence

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
    life: type[AnyLife] = type(f"AnyLife_{name}", (AnyLife,), {"name": name})
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
