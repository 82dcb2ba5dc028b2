"""Nothing closes without consent: proposals, reminders, silence, refusals (TF-11, OL-10, 1L-22)."""

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.errors import DomainError
from domain.words import Closing, Means, Status, Verdict
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, STAFF, Story, agreement, paris

TF, OL, ONE = agreement("trackforce"), agreement("olcare"), agreement("onelife")
FIX = cmd.Resolve(kind="fix", text="The spooler is new.")
NO = cmd.Refuse(reason="Still nothing.")


@pytest.mark.clause("OL-10")
def test_the_clients_consent_closes_the_ticket() -> None:
    story = Story(OL, "03-02 10:00", severity="p1", evaluated=True)
    story.do("03-02 12:00", STAFF, FIX)
    assert story.state.status is Status.resolved
    story.do("03-03 12:00", CLIENT, cmd.Consent())
    assert story.state.status is Status.closed
    assert story.state.closing is Closing.consent
    assert not [clock for clock in story.state.clocks if clock.live]


@pytest.mark.clause("TF-11")
def test_both_representatives_must_agree_and_the_target_is_met_when_it_was_proposed() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")  # due at 18:00
    story.do("03-02 17:00", STAFF, FIX)
    story.do("03-03 10:00", CLIENT, cmd.Consent())
    assert story.state.status is Status.resolved
    assert story.told("support", "staff_consent")[0].data["party"] == "client"
    story.do("03-04 10:00", STAFF, cmd.Consent())
    assert story.state.status is Status.closed
    ended = story.verdict("resolution")
    assert (ended.verdict, ended.due, ended.done_at) == (Verdict.met, paris("03-02 18:00"), paris("03-02 17:00"))


@pytest.mark.clause("TF-11")
def test_a_proposal_after_the_due_instant_is_late_by_the_proposal_not_by_the_consent() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 20:00", STAFF, FIX)
    story.do("03-04 10:00", CLIENT, cmd.Consent())
    story.do("03-05 10:00", STAFF, cmd.Consent())
    assert story.verdict("resolution").late == 2 * 3600


@pytest.mark.clause("TF-11")
def test_another_proposal_is_the_one_that_counts() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 17:00", STAFF, FIX)
    story.do("03-02 18:30", CLIENT, cmd.Consent())
    story.do("03-02 20:00", STAFF, cmd.Resolve(kind="workaround", text="Rather use the second printer."))
    assert story.state.resolution is not None
    assert story.state.resolution.consents == ()  # asked again
    story.do("03-03 10:00", CLIENT, cmd.Consent())
    story.do("03-03 10:00", STAFF, cmd.Consent())
    ended = story.verdict("resolution")
    assert (ended.verdict, ended.due, ended.late) == (Verdict.missed, paris("03-02 18:00"), 2 * 3600)


def test_where_the_wait_for_consent_does_not_count_another_proposal_is_not_late() -> None:
    story = Story(OL, "03-02 10:00", severity="p1", evaluated=True)  # due on Wednesday 10:00
    story.do("03-04 09:00", STAFF, FIX)  # one hour left
    story.do("03-05 12:00", STAFF, cmd.Resolve(kind="workaround", text="Rather use the second printer."))
    story.do("03-05 15:00", CLIENT, cmd.Consent())
    ended = story.verdict("resolution")
    assert (ended.verdict, ended.due, ended.done_at) == (Verdict.met, paris("03-05 13:00"), paris("03-05 12:00"))


@pytest.mark.clause("TF-11")
def test_silence_is_no_consent_and_the_reminders_go_on() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 17:00", STAFF, FIX)  # Monday; every 2 business days
    story.until("03-10 17:00")
    assert story.when(ev.ConsentReminded) == [paris("03-04 17:00"), paris("03-06 17:00"), paris("03-10 17:00")]
    assert [letter.data["count"] for letter in story.told("anna", "consent_reminder")] == [1, 2, 3]
    story.until("12-01 10:00")
    assert story.state.status is Status.resolved


def test_who_has_agreed_is_not_reminded() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 17:00", STAFF, FIX)
    story.do("03-03 10:00", CLIENT, cmd.Consent())
    story.until("03-04 17:00")
    assert not story.told("anna", "consent_reminder")
    assert len(story.told("support", "staff_consent")) == 2  # at the consent, and now


@pytest.mark.clause("1L-22")
def test_silence_closes_after_its_time_where_the_agreement_says_so() -> None:
    story = Story(ONE, "03-02 09:00")
    story.do("03-02 10:00", STAFF, FIX)
    assert story.due("consent") == paris("03-09 10:00")  # 5 business days
    story.until("03-09 09:59")
    assert story.when(ev.ConsentReminded) == [paris("03-04 10:00"), paris("03-06 10:00")]
    assert story.state.status is Status.resolved
    story.until("03-09 10:00")
    assert story.state.closing is Closing.silence
    assert [letter.template for letter in story.told("anna")][-1] == "closed_silence"


def test_after_an_outage_nobody_is_reminded_in_the_breath_that_closes() -> None:
    story = Story(ONE, "03-02 09:00")
    story.do("03-02 10:00", STAFF, FIX)
    happened = story.outage("03-12 10:00")  # both reminders and the end of the silence were slept through
    assert not [event for event in happened if isinstance(event.fact, ev.ConsentReminded)]
    assert [letter.template for letter in story.told("anna")][-2:] == ["resolution", "closed_silence"]
    assert {event.cause for event in happened} == {f"due:{paris('03-09 10:00').isoformat()}"}


def test_an_answer_at_the_very_end_of_the_silence_is_in_time() -> None:
    story = Story(ONE, "03-02 09:00")
    story.do("03-02 10:00", STAFF, FIX)
    story.do("03-09 10:00", CLIENT, NO)
    assert story.state.status is Status.open


def test_reminders_that_are_a_moment_late_do_not_drift() -> None:
    story = Story(ONE, "03-02 09:00")
    story.do("03-02 10:00", STAFF, FIX)
    story.outage(paris("03-04 10:00").replace(second=20))
    assert story.state.resolution is not None
    assert story.state.resolution.remind_at == paris("03-06 10:00")


def test_reports_and_internal_clocks_rest_while_consent_is_asked() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:40", STAFF, FIX)
    assert [clock.kind for clock in story.state.clocks if clock.live] == ["resolution"]
    story.until("03-03 09:00")
    assert not story.facts(ev.StatusUpdated)


def test_where_a_proposal_is_no_first_response_the_response_is_still_owed() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 10:30", STAFF, FIX)
    assert story.due("response") == paris("03-02 11:00")
    assert story.verdict("update").verdict is Verdict.cancelled  # nor a report, and none is owed now
    story.do("03-02 10:50", STAFF, cmd.Acknowledge(means=Means.call, text="Have you seen it?"))
    assert story.verdict("response").verdict is Verdict.met


def test_a_refusal_takes_the_ticket_back_with_what_was_left() -> None:
    story = Story(OL, "03-02 10:00", severity="p1", evaluated=True)  # 16 h of opening time, due on Wednesday 10:00
    story.do("03-03 10:00", STAFF, FIX)  # 8 h used
    story.do("03-05 10:00", CLIENT, NO)
    assert story.due("resolution") == paris("03-06 10:00")  # 7 h on Thursday, 1 on Friday
    assert story.due("update") == paris("03-06 10:00")  # a business day from now
    assert story.due("internal") == paris("03-06 10:00")
    assert story.state.status is Status.open
    assert story.told("bob", "staff_refused")


@pytest.mark.clause("TF-11")
def test_a_refusal_goes_on_as_if_the_clock_had_never_stopped() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 17:00", STAFF, FIX)
    story.do("03-02 17:30", CLIENT, NO)
    assert story.due("resolution") == paris("03-02 18:00")


@pytest.mark.clause("TF-11")
def test_a_refusal_after_the_due_instant_has_missed_it() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 10:10", STAFF, cmd.Acknowledge(means=Means.call, text="Seen."))
    story.do("03-02 16:00", STAFF, FIX)
    story.do("03-03 09:00", CLIENT, NO)
    assert story.live("resolution").missed_due == paris("03-02 18:00")
    missed = [fact.late for fact in story.facts(ev.ClockMissed) if fact.clock == "resolution"]
    assert missed == [0.0]  # nobody slept: it became so now
    # 80 % (16:24), 100 % (18:00) and 150 % (22:00) passed meanwhile: told once
    assert story.rung() == [("manager", 150, paris("03-03 09:00"))]
    story.do("03-03 10:00", STAFF, FIX)
    story.do("03-03 11:00", CLIENT, cmd.Consent())
    story.do("03-03 11:00", STAFF, cmd.Consent())
    assert story.verdict("resolution").late == 16 * 3600


def test_a_refusal_by_our_own_side_reaches_the_client() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    story.do("03-02 17:00", STAFF, FIX)
    story.do("03-02 17:30", STAFF, cmd.Refuse(reason="It fails in the other building."))
    assert story.told("anna", "comment")[-1].data["text"] == "It fails in the other building."


@pytest.mark.parametrize("by", [STAFF, cmd.Actor(role="integrator", id="zabbix")])
def test_only_a_side_that_is_asked_can_consent_or_refuse(by: cmd.Actor) -> None:
    story = Story(OL, "03-02 10:00", severity="p1", evaluated=True)
    story.do("03-02 12:00", STAFF, FIX)
    for step, code in ((cmd.Consent(), "not_yours_to_consent"), (NO, "not_yours_to_refuse")):
        with pytest.raises(DomainError) as refusal:
            story.do("03-02 13:00", by, step)
        assert refusal.value.code == code


@pytest.mark.clause("OL-11")
def test_a_resolution_is_one_of_the_agreements_kinds() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    with pytest.raises(DomainError, match="fix, workaround, promised_fix, action_plan") as refusal:
        story.do("03-02 13:00", STAFF, cmd.Resolve(kind="recommendations", text="Read the manual."))
    assert refusal.value.code == "unknown_resolution"
