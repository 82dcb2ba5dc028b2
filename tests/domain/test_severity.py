"""A change of severity measures the same running time against another target (TF-06)."""

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.errors import DomainError
from domain.words import Means, Verdict
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, STAFF, Story, agreement, paris

TF, OL = agreement("trackforce"), agreement("olcare")
SEEN = cmd.Acknowledge(means=Means.call, text="Seen.")


def triage(severity: str) -> cmd.Triage:
    return cmd.Triage(severity=severity, reason="Evaluated")


@pytest.mark.clause("TF-06")
def test_a_higher_severity_counts_from_the_opening() -> None:
    story = Story(TF, "03-02 10:00", severity="low")
    story.do("03-02 10:40", STAFF, triage("critical"))
    assert story.due("response") == paris("03-02 11:00")
    assert story.due("update") == paris("03-02 11:30")
    assert story.due("resolution") == paris("03-02 18:00")


@pytest.mark.clause("TF-06")
def test_a_higher_severity_can_be_overdue_at_once_and_that_is_no_lateness_of_ours() -> None:
    story = Story(TF, "03-02 10:00", severity="low")
    happened = story.do("03-02 12:00", STAFF, triage("critical"))
    missed = [event for event in happened if isinstance(event.fact, ev.ClockMissed)]
    assert [(event.fact.clock, event.fact.due, event.fact.late) for event in missed] == [
        ("response", paris("03-02 11:00"), 0.0),
        ("call", paris("03-02 11:30"), 0.0),
    ]
    assert missed[0].cause == happened[0].cause  # the command's doing
    story.do("03-02 12:10", STAFF, SEEN)
    assert story.verdict("response").late == 70 * 60


@pytest.mark.clause("TF-06")
def test_a_lower_severity_before_the_due_instant_moves_it_back() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:30", STAFF, triage("important"))
    assert story.due("response") == story.due("update") == paris("03-02 14:00")
    assert story.due("resolution") == paris("03-03 10:00")


def test_a_miss_is_taken_back_when_the_new_due_instant_is_ahead() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:30", STAFF, SEEN)
    story.do("03-02 20:00", STAFF, triage("important"))  # missed at 18:00; 24 h end tomorrow
    assert story.live("resolution").missed_due is None
    assert story.due("resolution") == paris("03-03 10:00")
    story.do("03-03 10:00", STAFF, cmd.Resolve(kind="fix", text="Done."))  # at the due instant
    story.do("03-03 11:00", CLIENT, cmd.Consent())
    story.do("03-03 11:00", STAFF, cmd.Consent())
    assert story.verdict("resolution").verdict is Verdict.met


def test_a_miss_stands_and_counts_from_the_new_due_instant_when_that_has_passed_too() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:30", STAFF, SEEN)
    story.do("03-04 12:00", STAFF, triage("important"))  # 24 h ended on Tuesday 10:00
    assert story.live("resolution").missed_due == paris("03-03 10:00")
    story.do("03-04 13:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    story.do("03-04 14:00", CLIENT, cmd.Consent())
    story.do("03-04 14:00", STAFF, cmd.Consent())
    ended = story.verdict("resolution")
    assert (ended.verdict, ended.due, ended.late) == (Verdict.missed, paris("03-03 10:00"), 27 * 3600)


def test_a_miss_is_not_taken_back_because_the_clock_stands_still() -> None:
    story = Story(OL, "03-02 10:00", severity="p1", evaluated=True)  # due on Wednesday 10:00
    story.do("03-04 11:00", STAFF, cmd.Ask(question="Since when?"))
    story.do("03-04 12:00", STAFF, triage("p2"))  # three business days: Thursday 10:00, and it stopped before that
    assert story.live("resolution").missed_due is None
    story.do(
        "03-04 13:00", STAFF, triage("p1")
    )  # the old target again: missed on Wednesday 10:00 or due when it goes on
    story.do("03-04 14:00", CLIENT, cmd.Answer(text="Since seven."))
    assert story.live("resolution").missed_due == paris("03-04 10:00")

    other = Story(OL, "03-02 10:00", severity="p2", evaluated=True)  # due on Thursday 10:00
    other.do("03-06 10:00", STAFF, cmd.Ask(question="Since when?"))
    other.do("03-06 11:00", STAFF, triage("p1"))
    assert other.live("resolution").missed_due == paris("03-04 10:00")


def test_the_steps_of_the_ladder_come_again_for_the_longer_target() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:30", STAFF, SEEN)
    story.do("03-02 20:00", STAFF, triage("important"))
    story.until("03-03 23:00")
    assert story.rung() == [
        ("team", 80, paris("03-02 16:24")),  # 6.4 of 8 h
        ("lead", 100, paris("03-02 18:00")),
        ("team", 80, paris("03-03 05:12")),  # 19.2 of 24 h
        ("lead", 100, paris("03-03 10:00")),
        ("manager", 150, paris("03-03 22:00")),
    ]


def test_a_step_that_the_shorter_target_has_passed_rings_at_once_and_once() -> None:
    story = Story(TF, "03-02 10:00", severity="important")
    story.do("03-02 10:30", STAFF, SEEN)
    story.do("03-02 17:00", STAFF, triage("critical"))  # 7 of 8 h: 80 % has passed
    assert story.rung() == [("team", 80, paris("03-02 17:00"))]
    story.do("03-02 17:30", STAFF, triage("important"))
    story.do("03-02 17:40", STAFF, triage("critical"))
    assert len(story.rung()) == 1 + 1  # once for each time that it was made critical


def test_the_first_response_does_not_start_again_once_given() -> None:
    story = Story(TF, "03-02 10:00", severity="low")
    story.do("03-02 10:10", STAFF, SEEN)
    story.do("03-02 15:00", STAFF, triage("critical"))
    assert not story.has("response")
    assert not [fact for fact in story.facts(ev.ClockMissed) if fact.clock == "response"]


def test_a_pause_before_the_change_still_counts_as_one() -> None:
    story = Story(odd(), "03-02 10:00", severity="slow")  # 3 to 6 days
    story.do("03-02 11:00", STAFF, cmd.Ask(question="Since when?"))  # 1 h used
    story.do("03-03 11:00", STAFF, triage("high"))
    assert story.due("resolution") is None
    story.do("03-03 12:00", CLIENT, cmd.Answer(text="Since seven."))
    assert story.due("resolution") == paris("03-03 21:00")  # 9 of 10 h left


def test_from_no_deadline_to_a_deadline_the_time_since_the_opening_counts() -> None:
    story = Story(OL, "03-02 10:00", severity="p4", evaluated=True)
    story.do("03-03 10:00", STAFF, triage("p1"))
    assert story.due("resolution") == paris("03-04 10:00")


def test_a_promise_that_the_new_severity_does_not_make_ends_without_a_verdict() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 10:30", STAFF, triage("bare"))
    assert {ended.verdict for ended in story.facts(ev.ClockEnded)} == {Verdict.cancelled}
    assert not any(story.has(kind) for kind in ("response", "update", "resolution"))
    story.do("03-02 10:40", STAFF, triage("high"))  # promised again, from the opening
    assert story.due("response") == paris("03-02 11:00")
    assert story.due("resolution") == paris("03-02 20:00")


def test_a_comment_counts_as_first_response_even_while_none_is_promised() -> None:
    mixed = odd(first_response=("acknowledgement", "comment"))
    story = Story(mixed, "03-02 10:00", severity="bare")
    story.do("03-02 10:05", STAFF, cmd.Comment(text="Looking at it."))
    story.do("03-02 12:00", STAFF, triage("high"))
    assert not story.has("response")


@pytest.mark.clause("TF-06")
def test_a_provisional_severity_can_be_confirmed_once() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    assert story.state.provisional
    story.do("03-02 10:10", STAFF, triage("critical"))
    assert not story.state.provisional
    assert story.due("resolution") == paris("03-02 18:00")
    assert not story.facts(ev.ClockRetargeted)
    with pytest.raises(DomainError) as refusal:
        story.do("03-02 10:20", STAFF, triage("critical"))
    assert refusal.value.code == "severity_unchanged"
