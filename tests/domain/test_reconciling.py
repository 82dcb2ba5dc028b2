"""Which side is behind: what the engine holds of a ticket, held against what the record holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import Event
from domain.reconciling import Difference, Finding, Kept, compare
from tests.factories import a_whole_life

EVENTS = [event for recording in a_whole_life() for event in recording.events]
OTHER = [event.model_copy(update={"cause": "another"}) for event in EVENTS]
FENCE = 1_000_100


def kept(events: list[Event], *, fence: int = FENCE, base: int = 0) -> Kept:
    return Kept(events, fence, base)


def found(engine: Kept | None, record: Kept | None, *, over: bool = False, torn: bool = False) -> Finding | None:
    return compare("T1", engine, record, over=over, torn=torn)


def difference(engine: Kept | None, record: Kept | None, **rest: bool) -> Difference | None:
    finding = found(engine, record, **rest)
    return finding.difference if finding else None


@given(st.integers(1, len(EVENTS)), st.integers(0, len(EVENTS)))
def test_two_sides_with_the_same_events_agree_wherever_the_engine_begins_to_remember(last: int, base: int) -> None:
    base = min(base, last)
    assert found(kept(EVENTS[base:last], base=base), kept(EVENTS[:last])) is None


@given(st.integers(1, len(EVENTS)), st.integers(1, len(EVENTS)), st.integers(0, len(EVENTS)))
def test_who_knows_fewer_events_is_behind_from_the_first_that_is_missing(engine: int, record: int, base: int) -> None:
    base = min(base, engine)
    finding = found(kept(EVENTS[base:engine], base=base), kept(EVENTS[:record]))
    if engine == record:
        assert finding is None
        return
    assert finding is not None
    assert finding.difference is (Difference.record_behind if engine > record else Difference.engine_behind)
    assert (finding.first, finding.engine, finding.record) == (min(engine, record) + 1, engine, record)


def test_a_ticket_that_only_one_side_knows() -> None:
    assert difference(kept(EVENTS), None) is Difference.no_record
    assert difference(None, kept(EVENTS)) is Difference.no_run
    assert difference(None, kept(EVENTS), over=True) is None
    assert difference(None, None) is None


@pytest.mark.parametrize(
    ("engine", "record", "behind"),
    [(FENCE + 1, FENCE, Difference.record_behind), (FENCE, FENCE + 1, Difference.engine_behind)],
)
def test_where_both_have_another_event_the_later_step_counts(engine: int, record: int, behind: Difference) -> None:
    other = [*EVENTS[:4], *OTHER[4:]]
    finding = found(kept(EVENTS, fence=engine), kept(other, fence=record))
    assert finding is not None
    assert (finding.difference, finding.first) == (behind, 5)


def test_holes_in_the_record_are_filled_by_an_engine_that_remembers_the_whole_life_only() -> None:
    holes = [*EVENTS[:2], *EVENTS[4:]]
    assert difference(kept(EVENTS), kept(holes), torn=True) is Difference.record_behind
    assert difference(kept(EVENTS[3:], base=3), kept(holes), torn=True) is Difference.record_torn
    assert difference(None, kept(holes), torn=True) is Difference.record_torn
