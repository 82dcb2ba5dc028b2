"""What stands still, what does not, and when it is due after that."""

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.words import ClockKind, Means, Verdict
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, CONSULTANT, STAFF, Story, agreement, paris

TF, OL = agreement("trackforce"), agreement("olcare")
ASK, ANSWER = cmd.Ask(question="Since when?"), cmd.Answer(text="Since seven.")


@pytest.mark.clause("OL-19")
def test_waiting_over_a_weekend_leaves_the_opening_time_that_was_left() -> None:
    # Thursday 10:00, two business days: 7 h on Thursday, 8 on Friday, 1 on Monday, so 16 h of opening time.
    story = Story(OL, "03-05 10:00", severity="p1", evaluated=True)
    assert story.due("resolution") == paris("03-09 10:00")
    story.do("03-06 12:00", STAFF, ASK)  # 7 + 3 h used
    assert story.due("resolution") is None
    story.do("03-09 11:00", CLIENT, ANSWER)  # 6 h left, from Monday 11:00
    assert story.due("resolution") == paris("03-09 17:00")


@pytest.mark.clause("OL-19")
def test_waiting_stops_the_resolution_only_where_the_agreement_says_so() -> None:
    story = Story(OL, "03-05 10:00", severity="p1", evaluated=True)
    story.do("03-05 11:00", STAFF, ASK)
    assert story.live("resolution").paused_by == ("waiting",)
    assert story.due("update") == paris("03-06 11:00")  # the question kept the update; the next in 1 business day
    assert story.due("internal") == paris("03-06 10:00")


def test_waiting_stops_nothing_where_no_clock_is_named() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:30", STAFF, ASK)
    assert story.due("resolution") == paris("03-02 18:00")
    assert story.due("update") == paris("03-02 12:00")
    assert not story.facts(ev.ClockPaused)


def test_a_night_of_waiting_does_not_count_on_a_target_around_the_clock() -> None:
    story = Story(odd(), "03-02 10:00")  # 10 h: due at 20:00
    story.do("03-02 17:00", STAFF, ASK)  # 7 h used
    story.do("03-03 09:30", CLIENT, ANSWER)
    assert story.due("resolution") == paris("03-03 12:30")


def test_waiting_over_the_change_to_summer_time_leaves_real_hours() -> None:
    story = Story(odd(), "03-28 20:00")
    assert story.due("resolution") == paris("03-29 07:00")  # 10 real hours, of which one wall hour is skipped
    story.do("03-29 01:00", STAFF, ASK)  # 5 h used
    story.do("03-29 04:00", CLIENT, ANSWER)  # two real hours later
    assert story.due("resolution") == paris("03-29 09:00")


def test_waiting_over_the_change_to_winter_time_leaves_real_hours() -> None:
    story = Story(odd(), "10-24 22:00")
    assert story.due("resolution") == paris("10-25 07:00")  # the hour from 2 to 3 comes twice
    story.do("10-25 01:00", STAFF, ASK)  # 3 h used
    story.do("10-25 04:00", CLIENT, ANSWER)  # four real hours later
    assert story.due("resolution") == paris("10-25 11:00")


def test_a_clients_comment_answers_the_open_question() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 11:00", STAFF, ASK)
    story.do("03-02 12:00", CLIENT, cmd.Comment(text="Since seven."))
    assert story.state.status == "open"
    assert story.state.question is None
    assert story.due("resolution") == paris("03-02 21:00")


def test_staff_may_comment_while_it_waits() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 11:00", STAFF, ASK)
    story.do("03-02 12:00", STAFF, cmd.Comment(text="The log would help too."))
    assert story.state.status == "waiting"


def test_a_clock_that_starts_while_it_waits_stands_still_from_the_start() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 11:00", STAFF, ASK)
    story.do("03-02 12:00", STAFF, cmd.StatusUpdate(text="Still waiting."))  # begins the next update's clock
    assert story.live("update").paused_by == ("waiting",)
    story.do("03-02 15:00", CLIENT, ANSWER)
    assert story.due("update") == paris("03-02 17:00")  # the whole 2 h


def test_two_reasons_to_stand_still_must_both_end() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 11:00", STAFF, ASK)  # 1 h used
    story.do("03-02 12:00", STAFF, cmd.Escalate(level="rnd", reason="A bug"))
    assert set(story.live("resolution").paused_by) == {"waiting", "level"}
    story.do("03-02 13:00", CLIENT, ANSWER)
    assert story.due("resolution") is None
    story.do("03-02 14:00", STAFF, cmd.Escalate(level="support", reason="None of ours"))
    assert story.due("resolution") == paris("03-02 23:00")  # 9 h left


def test_stopped_exactly_when_due_is_in_time_and_nothing_is_left_after_it() -> None:
    story = Story(odd(ladder=()), "03-02 10:00")
    story.do("03-02 10:30", STAFF, cmd.Acknowledge(means=Means.call, text="Seen."))
    story.do("03-02 20:00", STAFF, ASK)  # at the due instant
    assert story.live("resolution").missed_due is None
    story.do("03-03 09:00", CLIENT, ANSWER)
    story.until("03-03 09:00")
    missed = [fact for fact in story.facts(ev.ClockMissed) if fact.clock == "resolution"]
    assert [(fact.due, fact.late) for fact in missed] == [(paris("03-03 09:00"), 0.0)]


def test_a_missed_clock_goes_on_to_tell_how_late_and_a_pause_does_not_hide_it() -> None:
    story = Story(odd(ladder=()), "03-02 10:00")
    story.do("03-02 22:00", STAFF, ASK)  # missed at 20:00
    story.do("03-03 09:00", CLIENT, ANSWER)
    assert story.due("resolution") is None
    story.do("03-03 10:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    story.do("03-03 11:00", CLIENT, cmd.Consent())
    story.do("03-03 11:00", STAFF, cmd.Consent())
    ended = story.verdict("resolution")
    assert (ended.verdict, ended.due, ended.done_at) == (Verdict.missed, paris("03-02 20:00"), paris("03-03 10:00"))
    assert ended.late == 14 * 3600


def test_resolving_while_it_waits_is_measured_by_the_time_that_ran() -> None:
    story = Story(odd(ladder=()), "03-02 10:00")
    story.do("03-02 11:00", STAFF, ASK)  # 1 h used, 9 left
    story.do("03-05 10:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    story.do("03-05 11:00", CLIENT, cmd.Consent())
    story.do("03-05 11:00", STAFF, cmd.Consent())
    ended = story.verdict("resolution")
    assert (ended.verdict, ended.due) == (Verdict.met, paris("03-05 19:00"))


def test_a_pause_never_eats_a_step_of_the_ladder() -> None:
    # p1 on Monday 10:00: 16 h; 80 % is 12 h 48: Tuesday 14:48. 150 % is 24 h.
    story = Story(OL, "03-02 10:00", severity="p1", evaluated=True)
    story.do("03-02 10:30", STAFF, cmd.Acknowledge(means=Means.call, text="Seen."))
    story.do("03-03 12:00", STAFF, ASK)  # 10 h used
    story.do("03-04 09:00", CLIENT, ANSWER)
    story.until("03-31 09:00")
    assert [step for step in story.rung() if step[2] > paris("03-03 12:00")] == [
        ("lead", 80, paris("03-04 11:48")),
        ("manager", 100, paris("03-04 15:00")),  # 6 h after Wednesday 9:00
        ("manager", 150, paris("03-05 15:00")),  # 14 h after it: 8 on Wednesday, 6 on Thursday
    ]


def test_a_pause_at_the_very_instant_of_a_step_neither_skips_nor_repeats_it() -> None:
    story = Story(odd(), "03-02 10:00")
    story.until("03-02 15:00")  # 50 % of 10 h rings
    story.do("03-02 15:00", STAFF, ASK)
    story.do("03-02 20:00", CLIENT, ANSWER)
    story.until("03-02 20:30")
    assert [share for _, share, _ in story.rung() if share == 50] == [50]

    other = Story(odd(), "03-02 10:00")
    other.do("03-02 15:00", STAFF, ASK)  # before the step of that instant
    other.do("03-02 20:00", CLIENT, ANSWER)
    other.until("03-02 20:30")
    assert [share for _, share, _ in other.rung() if share == 50] == [50]


@pytest.mark.clause("PC-12")
def test_nothing_is_promised_at_a_level_that_stops_the_clocks() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 10:30", STAFF, cmd.Escalate(level="consulting", group="one", reason="A report"))
    for kind in (ClockKind.response, ClockKind.update, ClockKind.resolution):
        assert story.due(kind) is None
    story.until("03-02 23:00")
    assert not story.facts(ev.ClockMissed)
    story.do("03-03 10:00", CONSULTANT, cmd.Acknowledge(means=Means.email, text="On it."))
    assert story.verdict("response").verdict is Verdict.cancelled
