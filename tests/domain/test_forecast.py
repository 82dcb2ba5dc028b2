"""What a forecast says is what then happens, if nobody does anything."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.commands import Acknowledge, Resolve
from domain.forecast import forecast
from tests.domain.stories import STAFF, Story, agreement, with_cause


@pytest.mark.parametrize("name", ["trackforce", "proconcept", "onelife"])
@pytest.mark.parametrize("resolved", [False, True])
def test_what_is_foreseen_is_what_comes(name: str, resolved: bool) -> None:
    story = Story(agreement(name), "03-06 16:30")
    if resolved:
        story.do("03-06 16:50", STAFF, Acknowledge(means="call", text="Seen."))
        story.do("03-06 17:00", STAFF, with_cause(Resolve(kind="fix", text="Done."), story.state))
    until = story.now + timedelta(days=20)
    foreseen = forecast(story.state, story.now, until, 10_000)
    before, told = len(story.events), len(story.letters)
    story.until(until)
    assert [event for one in foreseen for event in one.events] == story.events[before:]
    assert [message for one in foreseen for message in one.messages] == story.letters[told:]


def test_what_is_overdue_already_comes_now_and_the_state_is_not_changed() -> None:
    story = Story(agreement("trackforce"), "03-02 09:00", severity="critical")
    state, late = story.state, story.now + timedelta(hours=3)
    first = forecast(state, late, late + timedelta(minutes=1))[0]
    assert first.at == late
    assert "clock_missed" in {event.fact.type for event in first.events}
    assert story.state == state


def test_it_looks_no_further_than_it_is_asked_to() -> None:
    story = Story(agreement("trackforce"), "03-02 09:00", severity="critical")
    assert len(forecast(story.state, story.now, story.now + timedelta(days=300), 7)) == 7
