"""What somebody could do with a ticket: shown when the rules would take it, hidden when they would not."""

from __future__ import annotations

from typing import get_args

import pytest

from domain import commands as cmd
from domain.commands import Actor, Command, Step
from domain.decide import handle
from domain.errors import DomainError
from domain.possible import FORMS, possible
from tests.domain.any_life.steps import MAKE
from tests.domain.stories import CLIENT, MANAGER, STAFF, Story, agreement, hours

STEPS = {one.model_fields["type"].default: one for one in get_args(get_args(cmd.Step)[0])}
MACHINES = {"alert_cleared", "alert_fired", "hear_defect", "change_terms", "erase"}
PUBLISHED = ("trackforce", "olcare", "proconcept", "onelife")


def test_every_step_that_people_take_is_considered() -> None:
    assert set(FORMS) == set(STEPS) - MACHINES


def taken(told: Story, by: Actor, name: str) -> bool:
    """Whether any of many bodies of that step would be accepted."""
    for step in MAKE[STEPS[name]](told.state, told.now):
        try:
            handle(told.state, Command(id="c", by=by, step=step), told.now)
        except DomainError:
            continue
        return True
    return False


@pytest.mark.parametrize("by", [CLIENT, STAFF, MANAGER], ids=lambda by: str(by.role))
@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_shown_is_taken_and_what_is_hidden_is_refused_all_life_long(name: str, by: Actor) -> None:
    told = Story(agreement(name), "03-02 10:00", evaluated=name == "olcare")
    life: list[tuple[Actor, Step]] = [
        (STAFF, cmd.Acknowledge(means="call", text="Seen.")),
        (STAFF, cmd.Ask(question="Since when?")),
        (CLIENT, cmd.Answer(text="Since seven.")),
        (STAFF, cmd.Resolve(kind="fix", text="Done.")),
        (CLIENT, cmd.Refuse(reason="No.")),
        (CLIENT, cmd.Withdraw(reason="Never mind.")),
        (CLIENT, cmd.Reopen(reason="Again.")),
    ]
    for hour, (who, step) in enumerate(life, 11):
        shown = possible(told.state, by, told.now)
        assert [one for one in FORMS if taken(told, by, one)] == list(shown)
        told.do(f"03-02 {hour}:00", who, step)


def test_a_client_answers_and_decides_only_while_something_is_asked() -> None:
    told = Story(agreement("trackforce"), "03-02 10:00")
    asked = {"answer", "consent", "refuse", "reopen", "accept_quote"}
    assert not asked & {*possible(told.state, CLIENT, told.now)}
    told.do("03-02 10:10", STAFF, cmd.Ask(question="Since when?"))
    assert asked & {*possible(told.state, CLIENT, told.now)} == {"answer"}
    told.do("03-02 10:20", STAFF, cmd.Resolve(kind="fix", text="Done."))
    assert asked & {*possible(told.state, CLIENT, told.now)} == {"consent", "refuse"}
    told.do("03-02 10:30", CLIENT, cmd.Withdraw(reason="Never mind."))
    assert "reopen" in possible(told.state, CLIENT, told.now)
    told.until("06-02 10:00")
    assert possible(told.state, CLIENT, told.now) == ()
    assert possible(told.state, STAFF, told.now) == ("reopen",)


def test_time_that_nobody_has_noticed_yet_has_passed() -> None:
    told = Story(agreement("trackforce"), "03-02 10:00")
    told.do("03-02 10:30", CLIENT, cmd.Withdraw(reason="Never mind."))
    late = told.now + 400 * hours(24)
    assert possible(told.state, CLIENT, late) == ()


def test_only_the_steps_that_are_asked_about_are_tried() -> None:
    told = Story(agreement("trackforce"), "03-02 10:00")
    assert possible(told.state, CLIENT, told.now, among={"comment", "consent"}) == ("comment",)
