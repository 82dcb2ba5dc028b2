"""Updates promised for one instant go out before it, each ticket's at a place of its own."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agreements import compile_terms, load
from domain import commands as cmd
from domain import events as ev
from domain.ahead import ahead_of, instant
from domain.elapse import next_due
from domain.words import ClockKind, Verdict
from tests.factories import BOB, HOUR, MONDAY, Life

LEAD, SPREAD = timedelta(seconds=15), timedelta(seconds=120)
spans = st.integers(0, 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(st.text(min_size=1, max_size=20), spans, spans)
def test_a_ticket_s_place_is_within_the_span_and_always_the_same(
    ticket: str, lead: timedelta, spread: timedelta
) -> None:
    ahead = timedelta(seconds=ahead_of(ticket, lead, spread))
    assert lead <= ahead <= lead + spread
    assert ahead_of(ticket, lead, spread) == ahead.total_seconds()


def test_five_thousand_tickets_spread_evenly() -> None:
    places = Counter(ahead_of(f"T{number:09}", LEAD, SPREAD) for number in range(5_000))
    assert max(places.values()) < 80  # 42 a second on average
    assert len(places) > 115


@given(st.integers(1, 10**6), st.integers(0, 7200))
def test_an_update_goes_out_in_the_last_tenth_of_its_time(seconds: int, ahead: int) -> None:
    due = MONDAY + timedelta(seconds=seconds)
    at = instant(MONDAY, due, ahead)
    assert due - timedelta(seconds=seconds) * 0.1 <= at <= due
    assert at == due - timedelta(seconds=ahead) or ahead > seconds * 0.1


def promised(life: Life) -> datetime:
    clock = life.ticket.clock(ClockKind.update)
    assert clock is not None
    assert clock.due is not None
    return clock.due


def test_an_update_that_nobody_wrote_goes_out_before_it_is_due_and_the_next_is_counted_from_the_due_instant() -> None:
    life = Life(severity="critical", ahead=100)
    first = promised(life)
    life.wait(first - timedelta(seconds=101) - life.now)
    assert not any(isinstance(event.fact, ev.StatusUpdated) for event in life.events)
    life.wait(timedelta(seconds=2))
    told = [event for event in life.events if isinstance(event.fact, ev.StatusUpdated)]
    assert [event.at for event in told] == [first - timedelta(seconds=100)]
    ended = next(event.fact for event in life.events if isinstance(event.fact, ev.ClockEnded))
    assert (ended.verdict, ended.due) == (Verdict.met, first)
    assert promised(life) == first + timedelta(minutes=90), "intervals do not drift forward"


def test_whoever_writes_the_update_first_keeps_it() -> None:
    life = Life(severity="critical", ahead=100)
    due = promised(life)
    life.do(BOB, cmd.Assign(assignee="bob"))
    life.wait(due - timedelta(minutes=5) - life.now)
    life.do(BOB, cmd.StatusUpdate(text="We are at it."), after=timedelta(seconds=1))
    assert [event.fact.automatic for event in life.events if isinstance(event.fact, ev.StatusUpdated)] == [False]


def test_without_a_span_nothing_goes_out_early() -> None:
    life = Life(severity="critical")
    clock = life.ticket.clock(ClockKind.update)
    assert clock is not None
    assert [alarm.id for alarm in clock.alarms] == ["warning"]
    assert next_due(life.ticket) is not None
    assert promised(life) - MONDAY <= 2 * HOUR


def test_an_interval_hardly_longer_than_the_grace_is_not_told_twice_in_one_breath() -> None:
    gale = compile_terms(load(Path(__file__).parents[2] / "bench/chaos/agreements/gale.yaml"), opened=MONDAY.date())
    life = Life(terms=gale, severity="storm", ahead=7)
    first = promised(life)
    life.oversleep(first + timedelta(seconds=59))
    told = [event.fact for event in life.events if isinstance(event.fact, ev.StatusUpdated)]
    assert len(told) == 1, "the one after it had come too, counted from the due instant"
    assert told[0].next_by == promised(life) == life.now + timedelta(seconds=65)
