"""The client hears from us in time: reports by people, reports by Escalade, and what an outage leaves (decision 8)."""

from datetime import timedelta

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.elapse import elapse, next_due
from domain.words import Means, Verdict
from tests.domain.odd import odd
from tests.domain.stories import STAFF, Story, agreement, hours, paris

TF, OL = agreement("trackforce"), agreement("olcare")
SEEN = cmd.Acknowledge(means=Means.call, text="Seen.")
REPORT = cmd.StatusUpdate(text="We found the spooler.")


@pytest.mark.clause("TF-07")
def test_when_nobody_writes_escalade_reports_at_the_due_instant() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.until("03-02 13:00")
    assert story.when(ev.StatusUpdated) == [paris("03-02 11:30"), paris("03-02 13:00")]
    told = story.told("anna", "update_automatic")
    assert [letter.data["next_by"] for letter in told] == [
        paris("03-02 13:00").isoformat(),
        paris("03-02 14:30").isoformat(),
    ]
    assert story.verdict("update").verdict is Verdict.met


def test_staff_is_warned_before_and_the_client_is_not() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.until("03-02 11:15")  # 15 minutes before
    assert [letter.template for letter in story.told("support")][-1] == "staff_warning"
    assert len(story.told("anna")) == 1  # the confirmation


@pytest.mark.clause("TF-09")
def test_a_report_that_is_due_at_opening_is_warned_of_in_the_opening_hours_before_but_not_before_it_began() -> None:
    story = Story(TF, "03-05 15:00", severity="low")  # due on Friday 15:00, sent then
    story.until("03-06 17:00")  # 24 h more end on Saturday: Monday 9:00, warned 2 opening hours before: Friday 16:00
    assert story.due("update") == paris("03-09 09:00")
    assert story.when(ev.StaffWarned)[-1] == paris("03-06 16:00")
    story.do("03-06 17:00", STAFF, REPORT)  # whoever has just reported is not warned that the next report is near
    story.until("03-07 12:00")
    assert story.due("update") == paris("03-09 09:00")
    assert story.when(ev.StaffWarned)[-1] == paris("03-06 16:00")


def test_a_persons_report_restarts_the_interval_and_keeps_escalade_quiet() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 11:00", STAFF, REPORT)
    assert story.due("update") == paris("03-02 12:30")
    assert story.told("anna", "update")[0].data["next_by"] == paris("03-02 12:30").isoformat()
    story.until("03-02 12:29")
    assert not story.told("anna", "update_automatic")


def test_a_report_at_exactly_the_due_instant_is_in_time_and_so_is_another_step_of_that_instant() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 11:00", STAFF, cmd.Note(text="Calling."))  # the first response is due now
    story.do("03-02 11:00", STAFF, SEEN)
    assert story.verdict("response").verdict is Verdict.met
    story.do("03-02 12:30", STAFF, REPORT)
    story.until("03-02 12:30")
    assert story.verdict("update").verdict is Verdict.met
    assert not story.told("anna", "update_automatic")


def test_thirty_intervals_do_not_drift_by_the_engines_reaction_time() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    for count in range(1, 31):
        due = paris("03-02 10:00") + count * hours(1.5)
        while (following := next_due(story.state)) is not None and following < due:
            story.outage(following + timedelta(seconds=20))
        assert story.due("update") == due
        story.outage(due + timedelta(seconds=20))
    written = story.when(ev.StatusUpdated)
    assert written[-1] == paris("03-02 10:00") + 30 * hours(1.5) + timedelta(seconds=20)
    updates = [ended for ended in story.facts(ev.ClockEnded) if ended.clock == "update"]
    assert {(ended.verdict, ended.late) for ended in updates} == {(Verdict.met, 0)}


@pytest.mark.clause("TF-12")
def test_an_automatic_report_is_never_the_first_response() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.until("03-02 11:30")
    assert not story.state.answered
    assert story.live("response").missed_due == paris("03-02 11:00")
    story.do("03-02 11:40", STAFF, SEEN)
    assert story.verdict("response").late == 40 * 60


def test_a_persons_report_is_a_first_response_only_where_the_agreement_counts_it() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:30", STAFF, REPORT)
    assert story.has("response")
    story.do("03-02 10:40", STAFF, cmd.Comment(text="It is the spooler."))
    assert story.verdict("response").done_at == paris("03-02 10:40")


@pytest.mark.clause("OL-17")
def test_progress_reports_of_ol_care_follow_business_days() -> None:
    story = Story(OL, "03-05 15:00", severity="p1")  # Thursday
    story.until("03-10 15:00")
    assert story.when(ev.StatusUpdated) == [paris("03-06 15:00"), paris("03-09 15:00"), paris("03-10 15:00")]
    slow = Story(OL, "03-05 15:00", severity="p3")
    slow.until("03-11 15:00")
    assert slow.when(ev.StatusUpdated) == [paris("03-09 15:00"), paris("03-11 15:00")]


def test_after_an_outage_people_are_told_once() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.until("03-02 10:30")
    before = len(story.letters)
    happened = story.outage("03-03 06:00")  # 19.5 hours without Escalade
    facts = [event.fact for event in happened]

    reports = [fact for fact in facts if isinstance(fact, ev.StatusUpdated)]
    assert len(reports) == 1  # 13 intervals have passed
    assert story.verdict("update").late == 18.5 * 3600  # due 11:30, sent 6:00
    assert story.due("update") == paris("03-03 07:30")

    steps = [fact for fact in facts if isinstance(fact, ev.ManagerInvolved) and fact.clock == "resolution"]
    assert [(step.tell, step.share, step.skipped) for step in steps] == [("manager", 150, ("ladder-80", "ladder-100"))]
    told = [one.data for one in story.told("manager", "staff_manager") if one.data["clock"] == "resolution"]
    assert [data["skipped"] for data in told] == [[80, 100]]

    missed = {fact.clock: (fact.due, fact.late) for fact in facts if isinstance(fact, ev.ClockMissed)}
    assert missed == {
        "call": (paris("03-02 11:30"), 18.5 * 3600),
        "response": (paris("03-02 11:00"), 19 * 3600.0),
        "resolution": (paris("03-02 18:00"), 12 * 3600.0),
    }
    assert [letter.template for letter in story.letters[before:] if letter.to.id == "anna"] == ["update_automatic"]


def test_what_falls_due_is_worked_through_in_its_order_and_named_by_its_instant() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    happened = story.outage("03-03 06:00")
    causes = [event.cause for event in happened]
    assert causes == sorted(causes)
    assert causes[0] == f"due:{paris('03-02 11:00').isoformat()}"


def test_looking_twice_changes_nothing() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.outage("03-03 06:00")
    assert elapse(story.state, paris("03-03 06:00")) == []


def test_where_reports_stand_still_with_the_client_none_is_written() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 10:30", STAFF, cmd.Ask(question="Since when?"))
    story.until("03-09 10:00")
    assert not story.facts(ev.StatusUpdated)
    running = Story(TF, "03-02 10:00", severity="critical")
    running.do("03-02 10:30", STAFF, cmd.Ask(question="Since when?"))
    running.until("03-02 12:00")
    assert running.told("anna", "update_automatic")[0].data["waiting"] is True
