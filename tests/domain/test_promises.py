"""When each promise falls due: every unit of a target, by hand, under the four publishers' agreements."""

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.elapse import next_due
from domain.target import GRAMMAR, Unit, parse
from domain.words import Channel, Means, Verdict
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, STAFF, Story, agreement, paris

TF, OL, PC, ONE = (agreement(name) for name in ("trackforce", "olcare", "proconcept", "onelife"))


@pytest.mark.clause("TF-07")
def test_a_critical_ticket_counts_around_the_clock() -> None:
    story = Story(TF, "03-02 22:00", severity="critical")  # Monday evening, the office is closed
    assert story.due("response") == paris("03-02 23:00")  # 60 minutes
    assert story.due("update") == paris("03-02 23:30")  # 90 minutes
    assert story.due("resolution") == paris("03-03 06:00")  # 8 hours


@pytest.mark.clause("TF-08")
def test_an_important_ticket_of_friday_is_due_on_saturday() -> None:
    story = Story(TF, "03-06 16:00", severity="important")
    assert story.due("response") == story.due("update") == paris("03-06 20:00")  # 4 hours
    assert story.due("resolution") == paris("03-07 16:00")  # 24 hours


@pytest.mark.clause("TF-09")
def test_a_low_ticket_has_business_days_calendar_days_and_delivery_hours() -> None:
    story = Story(TF, "03-06 16:30", severity="low")  # Friday
    assert story.due("response") == paris("03-10 16:30")  # Monday is 1, Tuesday 2
    assert story.due("resolution") == paris("03-13 16:30")  # 7 calendar days
    assert story.due("update") == paris("03-09 09:00")  # 24 h end on Saturday 16:30; sent on Monday's opening


@pytest.mark.clause("TF-02")
def test_business_days_leave_public_holidays_out() -> None:
    story = Story(TF, "04-30 10:00", severity="low")  # Thursday; the 1st of May is closed
    assert story.due("response") == paris("05-05 10:00")  # Monday the 4th is 1, Tuesday 2


def test_business_days_from_a_closed_day_count_from_the_next_opening() -> None:
    story = Story(TF, "03-07 12:00", severity="low")  # Saturday: counts from Monday 9:00
    assert story.due("response") == paris("03-11 09:00")


@pytest.mark.clause("TF-20")
def test_calendar_days_keep_the_wall_time_over_a_clock_change() -> None:
    story = Story(TF, "03-26 16:30", severity="low")  # summer time begins on the 29th
    assert story.due("resolution") == paris("04-02 16:30")


@pytest.mark.clause("TF-10")
def test_a_range_warns_at_its_lower_end_and_is_missed_after_its_upper_one() -> None:
    story = Story(TF, "03-02 10:00", severity="none")
    story.do("03-02 10:30", STAFF, cmd.Acknowledge(means=Means.call, text="Seen."))
    assert story.due("resolution") == paris("03-30 10:00")  # 28 days, into summer time
    story.until("03-16 09:59")
    assert "range" not in [warned.alarm for warned in story.facts(ev.StaffWarned)]
    story.until("03-16 10:00")  # 14 days
    assert [warned.alarm for warned in story.facts(ev.StaffWarned) if warned.clock == "resolution"] == ["range"]
    story.until("03-30 09:59")
    assert story.live("resolution").missed_due is None
    story.until("03-30 10:00")
    assert story.live("resolution").missed_due == paris("03-30 10:00")


@pytest.mark.clause("OL-15")
@pytest.mark.parametrize(
    ("channel", "due"),
    [
        (Channel.portal, "03-03 11:00"),  # 4 h: two until 17:00, two from 9:00
        (Channel.email, "03-03 11:00"),
        (Channel.telephone, "03-02 17:00"),  # 2 h, used up exactly at closing
    ],
)
def test_the_first_response_depends_on_the_channel_and_counts_in_local_hours(channel: Channel, due: str) -> None:
    story = Story(OL, "03-02 15:00", severity="p3", channel=channel)
    assert story.due("response") == paris(due)


@pytest.mark.clause("OL-16")
@pytest.mark.parametrize(("severity", "due"), [("p1", "03-04 15:00"), ("p2", "03-05 15:00"), ("p3", "03-23 15:00")])
def test_resolutions_of_ol_care_are_due_after_their_business_days(severity: str, due: str) -> None:
    # from Monday the 2nd: 2, 3 and 15 business days (three weeks)
    assert Story(OL, "03-02 15:00", severity=severity).due("resolution") == paris(due)


@pytest.mark.clause("OL-16")
def test_a_promise_for_the_next_release_has_no_due_instant_and_no_verdict() -> None:
    story = Story(OL, "03-02 15:00", severity="p4", evaluated=True)
    assert story.due("resolution") is None
    story.do("03-02 16:00", STAFF, cmd.Resolve(kind="workaround", text="Use the second printer."))
    story.do("03-03 10:00", CLIENT, cmd.Consent())
    ended = story.verdict("resolution")
    assert (ended.verdict, ended.due, ended.reason) == (Verdict.cancelled, None, "no deadline was promised")


@pytest.mark.clause("PC-12")
def test_level_one_objectives_of_proconcept_count_in_split_hours() -> None:
    story = Story(PC, "03-02 11:00", severity="blocking")  # Monday
    assert story.due("response") == paris("03-02 14:30")  # one hour until 12:00, one from 13:30
    assert story.due("resolution") == paris("03-03 11:00")


@pytest.mark.clause("1L-24")
def test_where_nothing_is_promised_nothing_is_due() -> None:
    story = Story(ONE, "03-02 11:00")
    assert story.state.clocks == ()
    assert next_due(story.state) is None


def test_opening_time_stands_still_at_night() -> None:
    story = Story(odd(), "03-02 16:00", severity="slow")  # 4 h on 9 to 18
    assert story.due("response") == paris("03-03 11:00")
    assert story.due("update") == paris("03-03 16:00")  # 1 business day


def test_the_client_reads_in_the_confirmation_by_when_it_hears_from_us() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    confirmed = story.told("anna", "opened")[0].data
    assert confirmed["response_by"] == paris("03-02 11:00").isoformat()
    assert confirmed["update_by"] == paris("03-02 11:30").isoformat()
    assert Story(ONE, "03-02 11:00").told("anna", "opened")[0].data["response_by"] is None


@pytest.mark.clause("TF-12")
def test_the_confirmation_is_no_first_response() -> None:
    story = Story(TF, "03-02 10:00", severity="critical")
    assert not story.state.answered
    assert story.has("response")


@pytest.mark.parametrize(
    ("words", "on", "unit", "amount", "earliest"),
    [
        ("90 s", None, Unit.elapsed, 90, None),
        ("30 min", None, Unit.elapsed, 1800, None),
        ("4 hours", "office", Unit.opening, 14400, None),
        ("1 business day", "office", Unit.business_days, 1, None),
        ("2 weeks", None, Unit.local_days, 14, None),
        ("14 to 28 days", None, Unit.local_days, 28, 14),
        ("next release", None, Unit.next_release, None, None),
        ("best  effort", None, Unit.best_effort, None, None),
    ],
)
def test_a_target_reads_as_people_write_it(
    words: str, on: str | None, unit: Unit, amount: int | None, earliest: int | None
) -> None:
    target = parse(words, on=on)
    assert (target.unit, target.amount, target.earliest) == (unit, amount, earliest)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("soon", "next release"),
        ("4 fortnights", GRAMMAR.split(",")[0]),
        ("0 min", "more than zero"),
        ("0 to 5 days", "more than zero"),
        ("28 to 14 days", "must rise"),
        ("2 business days", "needs `on:`"),
        ("99999999999 h", "longer than ten years"),
    ],
)
def test_a_target_that_means_nothing_is_refused_with_what_is_allowed(words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(words)
