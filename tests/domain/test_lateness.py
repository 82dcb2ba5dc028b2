"""How late what time brought was, the gaps that this shows, and which missed promises it explains."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as cmd
from domain.decide import handle
from domain.elapse import elapse, next_due
from domain.lateness import Gap, Span, Why, gaps, lateness, middle, why_missed
from domain.target import parse
from domain.terms import ConsentTerms
from domain.words import ClockKind
from tests.factories import BOB, HOUR, MINUTE, MONDAY, Life, terms


def span(ticket: str, due: int, at: int) -> Span:
    return Span(ticket=ticket, due=MONDAY + due * MINUTE, at=MONDAY + at * MINUTE)


def test_what_fired_in_time_is_not_late_and_what_people_did_has_no_lateness() -> None:
    life = Life()
    life.do(BOB, cmd.Note(text="Looking."))
    life.wait(2 * HOUR)
    told = {event.fact.type: lateness(event) for event in life.events}
    assert told["note_added"] is None
    assert told["clock_missed"] == 0


def test_after_an_outage_each_thing_says_how_late_it_is() -> None:
    life = Life()
    late = elapse(life.ticket, MONDAY + 5 * HOUR)
    told = [(event.fact.type, lateness(event)) for event in late if lateness(event) is not None]
    assert ("clock_missed", 4 * 3600) in told  # the response was due after an hour
    assert ("status_updated", 3.5 * 3600) in told  # the update after one and a half
    assert all(lateness(event) is None for event in late if event.fact.type.startswith("clock_ended"))


def test_silence_is_told_once_by_the_closing_that_comes_of_it() -> None:
    life = Life(terms=terms(consent=ConsentTerms(remind=parse("2 days"), silence=parse("9 days"))))
    life.do(BOB, cmd.Resolve(kind="fix", text="Done."))
    end = next_due(life.ticket)
    assert end is not None
    told = [event for event in elapse(life.ticket, end + timedelta(days=30)) if lateness(event) is not None]
    assert [event.fact.type for event in told].count("ticket_closed") == 1
    assert not any(getattr(event.fact, "clock", "").startswith("consent") for event in told)


def test_a_command_that_comes_after_an_outage_tells_what_was_due_before_it_as_late() -> None:
    life = Life()
    events = handle(life.ticket, cmd.Command(id="c", by=BOB, step=cmd.Note(text="x")), MONDAY + 3 * HOUR)
    assert lateness(events[0]) == 2 * 3600
    assert lateness(events[-1]) is None


def test_spans_that_overlap_are_one_gap() -> None:
    found = gaps([span("A", 0, 30), span("B", 20, 31), span("A", 100, 110)])
    assert found == [
        Gap(since=MONDAY, until=MONDAY + 31 * MINUTE, fired=2, tickets=2),
        Gap(since=MONDAY + 100 * MINUTE, until=MONDAY + 110 * MINUTE, fired=1, tickets=1),
    ]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 500), st.integers(1, 60))))
def test_gaps_never_touch_hold_every_span_and_lose_none(drawn: list[tuple[str, int, int]]) -> None:
    spans = [span(ticket, due, due + late) for ticket, due, late in drawn]
    found = gaps(spans)
    assert sum(gap.fired for gap in found) == len(spans)
    assert all(one.until < other.since for one, other in pairwise(found))
    assert all(any(gap.since <= one.due and one.at <= gap.until for gap in found) for one in spans)


@pytest.mark.parametrize(
    ("kind", "noticed", "automatic", "warned", "why"),
    [
        (ClockKind.update, 1800.0, True, (), Why.not_sent),
        (ClockKind.update, 1800.0, False, (), Why.not_noticed),
        (ClockKind.response, 1800.0, False, (), Why.not_noticed),
        (ClockKind.response, None, False, (MONDAY - MINUTE,), Why.warned_late),
        (ClockKind.response, None, False, (MONDAY + MINUTE,), Why.anyway),
        (ClockKind.resolution, None, False, (), Why.anyway),
    ],
)
def test_a_missed_promise_says_whether_firing_late_explains_it(
    kind: ClockKind, noticed: float | None, automatic: bool, warned: tuple[object, ...], why: Why
) -> None:
    assert why_missed(kind, MONDAY, noticed, automatic=automatic, warnings=warned) is why  # type: ignore[arg-type]


def test_the_middle_of_an_even_number_lies_between_the_two_in_the_middle() -> None:
    assert middle([]) is None
    assert middle([3.0]) == 3
    assert middle([1.0, 9.0, 2.0, 4.0]) == 3
