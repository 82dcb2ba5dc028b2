"""Closing, the window after it, and coming back: with the clocks that go on, or afresh."""

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.elapse import next_due
from domain.errors import DomainError
from domain.terms import Terms
from domain.words import Closing, Means, Status, Verdict
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, CONSULTANT, MONITOR, STAFF, Story, agreement, paris

TF, OL, PC, ONE = (agreement(name) for name in ("trackforce", "olcare", "proconcept", "onelife"))
FIX = cmd.Resolve(kind="fix", text="Done.")
AGAIN = cmd.Reopen(reason="It is back.")
SEEN = cmd.Acknowledge(means=Means.call, text="Seen.")


def closed(terms: Terms, severity: str, opened: str, resolved: str, consented: str) -> Story:
    story = Story(terms, opened, severity=severity, evaluated=bool(terms.contact.before_response))
    story.do(resolved, STAFF, FIX)
    for by in (CLIENT, STAFF)[: len(terms.consent.of)]:
        story.do(consented, by, cmd.Consent())
    assert story.state.status is Status.closed
    return story


def test_after_the_window_the_ticket_is_archived_and_awaits_nothing() -> None:
    story = closed(TF, "critical", "03-02 10:00", "03-02 12:00", "03-03 10:00")
    assert story.state.reopen_until == paris("04-02 10:00")  # 30 days by the clock on the wall
    story.until("04-02 09:59")
    assert story.state.status is Status.closed
    story.until("04-02 10:00")
    assert story.state.status is Status.archived
    assert next_due(story.state) is None
    assert story.told("anna", "closed_consent")[0].data["reopen_until"] == paris("04-02 10:00").isoformat()


@pytest.mark.clause("1L-13")
def test_the_client_can_reopen_until_the_very_end_of_the_window() -> None:
    story = closed(ONE, "normal", "03-02 10:00", "03-02 12:00", "03-03 10:00")
    story.do("04-02 10:00", CLIENT, AGAIN)
    assert story.state.status is Status.open
    assert story.state.round == 2
    assert story.state.closing is None
    assert {letter.template for letter in story.letters[-2:]} == {"reopened", "staff_reopened"}


def test_after_the_window_only_staff_reopens() -> None:
    story = closed(TF, "critical", "03-02 10:00", "03-02 12:00", "03-03 10:00")
    story.until("05-04 10:00")
    for by in (CLIENT, MONITOR):
        with pytest.raises(DomainError) as refusal:
            story.do("05-04 10:00", by, AGAIN)
        assert refusal.value.code == "reopening_window_over"
    story.do("05-04 10:00", STAFF, AGAIN)
    assert story.due("resolution") == paris("05-04 16:00")  # 6 of 8 h left
    story.do("05-04 11:00", STAFF, FIX)
    for by in (CLIENT, STAFF):
        story.do("05-04 12:00", by, cmd.Consent())
    assert story.state.status is Status.closed


def test_clocks_that_go_on_have_what_was_left() -> None:
    # Monday 9:00, 1 business day: 8 h of office. Resolved at 11:00: 2 h used.
    story = closed(PC, "blocking", "03-02 09:00", "03-02 11:00", "03-03 10:00")
    story.do("03-05 08:00", CLIENT, AGAIN)
    assert story.due("resolution") == paris("03-05 15:30")  # 4 h until noon, 2 h from 13:30
    assert story.due("update") == paris("03-06 08:00")
    assert story.due("internal") == paris("03-06 08:00")
    assert not story.has("response")  # it was given
    assert story.live("resolution").started_at == paris("03-02 09:00")


def test_clocks_that_start_afresh_owe_everything_again() -> None:
    story = closed(OL, "p1", "03-02 10:00", "03-02 12:00", "03-03 10:00")
    story.do("03-05 10:00", CLIENT, AGAIN)
    assert not story.state.answered
    assert story.due("response") == paris("03-05 14:00")
    assert story.due("resolution") == paris("03-09 10:00")
    story.do("03-05 11:00", STAFF, SEEN)
    assert story.verdict("response").verdict is Verdict.met


def test_a_target_that_was_missed_has_had_its_verdict() -> None:
    story = closed(TF, "critical", "03-02 10:00", "03-02 20:00", "03-03 10:00")
    story.do("03-05 10:00", CLIENT, AGAIN)
    assert not story.has("resolution")
    story.do("03-05 11:00", STAFF, cmd.Triage(severity="important", reason="Some users only"))
    assert not story.has("resolution")
    assert [ended.verdict for ended in story.facts(ev.ClockEnded) if ended.clock.startswith("resolution")] == ["missed"]


def test_afresh_a_severity_with_other_promises_counts_from_the_reopening() -> None:
    story = closed(odd(), "bare", "03-02 10:00", "03-02 20:00", "03-03 10:00")
    story.do("03-05 10:00", CLIENT, AGAIN)
    story.do("03-05 10:30", STAFF, cmd.Triage(severity="high", reason="Production stands"))
    assert story.due("response") == paris("03-05 11:00")
    assert story.due("resolution") == paris("03-05 20:00")


def test_a_first_response_that_was_still_owed_is_owed_again() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")  # 60 minutes
    story.do("03-02 10:20", CLIENT, cmd.Withdraw(reason="My mistake."))
    story.do("03-02 15:00", CLIENT, AGAIN)
    assert story.due("response") == paris("03-02 15:40")
    assert story.due("resolution") == paris("03-02 22:40")


def test_reopened_at_a_level_that_stops_the_clocks_they_stay_stopped() -> None:
    story = Story(PC, "03-02 09:00", severity="blocking")
    story.do("03-02 10:00", STAFF, cmd.Escalate(level="consulting", group="finance", reason="A report"))
    story.do("03-02 11:00", CONSULTANT, FIX)
    story.do("03-02 12:00", CLIENT, cmd.Consent())
    story.do("03-05 08:00", CLIENT, AGAIN)
    assert story.due("resolution") is None
    story.do("03-05 09:00", CONSULTANT, cmd.Escalate(level="support", reason="Ours after all"))
    assert story.due("resolution") == paris("03-05 17:30")  # 7 h left: 3 until noon, 4 from 13:30


def test_steps_of_the_ladder_that_have_rung_do_not_ring_again() -> None:
    story = closed(TF, "critical", "03-02 10:00", "03-02 17:00", "03-02 17:10")  # 80 % was at 16:24
    story.do("03-02 18:00", CLIENT, AGAIN)
    story.do("03-02 18:10", STAFF, cmd.Ask(question="The same printer?"))
    story.do("03-02 18:20", STAFF, FIX)
    story.do("03-02 18:30", CLIENT, cmd.Refuse(reason="No."))
    story.until("03-02 19:00")
    assert [(who, share) for who, share, _ in story.rung() if share == 80] == [("team", 80)]
    assert story.rung()[-1] == ("lead", 100, paris("03-02 19:00"))  # 7 h until the proposal, 1 h from 18:00


def test_a_withdrawn_ticket_ends_every_clock_without_a_verdict() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:20", CLIENT, cmd.Withdraw(reason="My mistake."))
    assert story.state.closing is Closing.withdrawn
    assert {ended.verdict for ended in story.facts(ev.ClockEnded)} == {Verdict.cancelled}
    assert story.told("anna", "closed_withdrawn")


def test_withdrawing_late_does_not_hide_what_was_missed() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 12:00", CLIENT, cmd.Withdraw(reason="Too late."))
    assert (story.verdict("response").verdict, story.verdict("response").late) == (Verdict.missed, 3600)


def test_an_alert_that_is_over_proposes_and_decides_nothing() -> None:
    story = Story(TF, "03-02 10:00", by=MONITOR, severity="critical", channel="monitoring")
    over = cmd.AlertCleared(ended_at=paris("03-02 10:30"), text="Printing again.")
    story.do("03-02 10:30", MONITOR, over)
    assert story.state.status is Status.new
    assert story.state.suggestion == "Printing again."
    assert [letter.template for letter in story.told("support")][-1] == "staff_suggestion"
    assert not story.state.answered
    story.do("03-02 10:40", CLIENT, cmd.Withdraw(reason="Over."))
    assert story.state.suggestion is None
    story.do("03-02 10:50", MONITOR, over)  # a closed ticket takes it as a comment
    assert story.state.suggestion is None
    assert story.state.status is Status.closed
