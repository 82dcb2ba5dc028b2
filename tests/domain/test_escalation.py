"""Escalation: up the ladder by shares of a target, and to another level or group and back."""

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.decide import handle
from domain.elapse import passed
from domain.errors import DomainError
from domain.messages import messages
from domain.target import parse
from domain.terms import LadderStep
from domain.words import ClockKind, Means, Verdict
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, CONSULTANT, STAFF, Story, agreement, paris

TF, PC = agreement("trackforce"), agreement("proconcept")
SEEN = cmd.Acknowledge(means=Means.call, text="Seen.")


def escalate(level: str, group: str | None = None) -> cmd.Escalate:
    return cmd.Escalate(level=level, group=group, reason="It is their subject")


def test_each_step_of_the_ladder_comes_at_its_share_beyond_the_target_too() -> None:
    story = Story(odd(), "03-02 10:00")  # 10 h
    story.until("03-03 01:00")
    assert [step for step in story.rung() if step[2] != paris("03-02 13:00")] == [  # the internal one: 3 h
        ("team", 50, paris("03-02 15:00")),
        ("lead", 80, paris("03-02 18:00")),
        ("manager", 100, paris("03-02 20:00")),
        ("manager", 150, paris("03-03 01:00")),
    ]
    assert [letter.data["share"] for letter in story.told("manager")] == [100, 150]


def test_steps_on_opening_hours_come_in_opening_hours() -> None:
    story = Story(PC, "03-02 11:00", severity="major")  # Monday; 3 business days of 8 h: 24 h, due on Thursday 11:00
    story.do("03-02 11:10", STAFF, SEEN)
    story.until("03-05 11:00")
    # 80 % is 19.2 h: 5 on Monday, 8 on Tuesday, 6.2 on Wednesday: 8 to 12, then 2.2 h from 13:30: 15:42
    assert story.rung() == [("lead", 80, paris("03-04 15:42")), ("manager", 100, paris("03-05 11:00"))]


def test_a_step_for_some_severities_leaves_the_others_alone() -> None:
    story = Story(TF, "03-02 10:00", severity="low")  # 7 days; 150 % only for critical and important
    story.do("03-02 11:00", STAFF, SEEN)
    story.until("03-20 10:00")
    assert [share for _, share, _ in story.rung()] == [80, 100]


def test_work_done_in_time_rings_nobody() -> None:
    story = Story(odd(), "03-02 10:00")
    story.do("03-02 12:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    story.until("03-03 08:00")
    assert story.rung() == []


def test_after_an_outage_a_command_at_a_steps_instant_comes_before_the_step() -> None:
    ladder = tuple(LadderStep(share=share, of=ClockKind.resolution, tell="lead") for share in (50, 100))
    story = Story(odd(ladder=ladder), "03-02 10:00")
    command = cmd.Command(id="late", by=STAFF, step=cmd.Resolve(kind="fix", text="Done."))
    story.now = paris("03-02 20:00")  # the 50 % of 15:00 was slept through; 100 % is now
    story.follow(handle(story.state, command, story.now))
    assert [(who, share) for who, share, _ in story.rung()] == [("lead", 50)]


def test_a_step_that_is_decided_again_later_is_another_message_to_whoever_is_then_told() -> None:
    """What was decided first may have been told and never become durable: its key must not silence the later one."""
    state = Story(odd(), "03-02 10:00").state

    def told(until: str) -> dict[str, str]:
        draft = passed(state, paris(until))
        letters = [letter for event in draft.events for letter in messages(state, event)]
        return {
            letter.key: letter.to.id
            for letter in letters
            if letter.template == "staff_manager" and letter.data["clock"] == "resolution"
        }

    early, late = told("03-02 16:00"), told("03-02 20:00")
    assert (list(early.values()), list(late.values())) == (["support"], ["manager"])
    assert not early.keys() & late.keys()


@pytest.mark.clause("PC-12")
def test_consulting_is_best_effort_no_due_and_nothing_missed() -> None:
    # Monday 9:00, one business day: due on Tuesday 9:00, which is 8 h of office
    story = Story(PC, "03-02 09:00", severity="blocking")
    story.do("03-02 10:00", STAFF, escalate("consulting", "logistics"))  # 1 h used
    assert story.verdict("response").verdict is Verdict.met  # the escalation told the client
    assert story.verdict("internal").verdict is Verdict.met
    assert story.due("resolution") is None
    assert not story.has("internal")
    story.until("06-02 10:00")
    assert not story.facts(ev.ClockMissed)
    assert story.rung() == []


@pytest.mark.clause("PC-12")
def test_what_consulting_resolves_is_neither_met_nor_missed() -> None:
    story = Story(PC, "03-02 09:00", severity="blocking")
    story.do("03-02 10:00", STAFF, escalate("consulting", "logistics"))
    story.do("03-12 10:00", CONSULTANT, cmd.Resolve(kind="fix", text="Done."))
    story.do("03-12 11:00", CLIENT, cmd.Consent())
    assert (story.verdict("resolution").verdict, story.verdict("resolution").due) == (Verdict.cancelled, None)


def test_back_at_level_one_the_clock_goes_on_with_what_was_left() -> None:
    story = Story(PC, "03-02 09:00", severity="blocking")
    story.do("03-02 10:00", STAFF, escalate("consulting", "logistics"))  # 7 of 8 h left
    story.do("03-04 10:00", CONSULTANT, escalate("support"))
    # Wednesday 2 h until noon, 4 h from 13:30, Thursday 1 h
    assert story.due("resolution") == paris("03-05 09:00")
    assert story.due("internal") == paris("03-05 10:00")  # a new business day for level 1
    assert not story.has("response")


def test_a_first_response_given_before_the_level_is_left_counts_and_one_after_it_has_no_verdict() -> None:
    story = Story(PC, "03-02 09:00", severity="blocking")
    story.do("03-02 09:30", STAFF, SEEN)
    assert story.verdict("response").verdict is Verdict.met
    late = Story(PC, "03-02 09:00", severity="blocking")
    late.do("03-02 14:00", STAFF, escalate("consulting", "finance"))  # 2 h ended at 11:00
    assert (late.verdict("response").verdict, late.verdict("response").late) == (Verdict.missed, 3 * 3600)


@pytest.mark.clause("PC-04")
def test_research_has_its_own_time_and_the_clients_clock_runs_on() -> None:
    story = Story(PC, "03-02 09:00", severity="normal")
    resolution = story.due("resolution")
    story.do("03-02 10:00", STAFF, escalate("rnd"))
    assert story.due("resolution") == resolution == paris("03-16 09:00")  # 10 business days
    assert story.due("internal") == paris("03-16 10:00")
    told = story.told("anna", "escalated")[0].data
    assert (told["level"], told["before"], told["reason"]) == ("rnd", "support", "It is their subject")


def test_each_level_has_a_clock_of_its_own_and_a_missed_one_is_told_inside_only() -> None:
    story = Story(odd(severities={"bare": odd().severities["bare"]}, default_severity="bare"), "03-02 10:00")
    story.until("03-02 13:00")  # 3 h at support
    assert story.live("internal").missed_due == paris("03-02 13:00")
    story.do("03-02 14:00", STAFF, escalate("consulting", "one"))
    ended = story.verdict("internal")
    assert (ended.clock, ended.verdict, ended.late) == ("internal-support", Verdict.missed, 3600)
    assert story.live("internal").id == "internal-consulting"
    story.do("03-02 15:00", CONSULTANT, escalate("consulting", "two"))  # another group begins anew
    assert story.due("internal") == paris("03-03 15:00")
    assert {letter.template for letter in story.told("anna")} == {"opened", "escalated"}


@pytest.mark.clause("PC-09")
def test_the_team_of_the_group_is_told_and_nobody_is_assigned_any_more() -> None:
    story = Story(PC, "03-02 09:00", severity="blocking")
    story.do("03-02 09:10", STAFF, cmd.Assign(assignee="bob"))
    story.do("03-02 10:00", STAFF, escalate("consulting", "finance"))
    assert story.state.assignee is None
    assert [letter.template for letter in story.told("consulting/finance")] == ["staff_escalated"]


@pytest.mark.parametrize(
    ("level", "group", "code"),
    [
        ("consulting", None, "unknown_group"),
        ("consulting", "kitchen", "unknown_group"),
        ("support", "logistics", "unknown_group"),
        ("support", None, "already_there"),
    ],
)
def test_a_group_is_named_exactly_where_the_level_has_groups(level: str, group: str | None, code: str) -> None:
    story = Story(PC, "03-02 09:00", severity="blocking")
    with pytest.raises(DomainError) as refusal:
        story.do("03-02 10:00", STAFF, escalate(level, group))
    assert refusal.value.code == code


def test_a_level_that_the_agreement_lacks_is_refused_with_those_it_has() -> None:
    story = Story(odd(levels={level: one for level, one in odd().levels.items() if level != "rnd"}), "03-02 09:00")
    with pytest.raises(DomainError, match="support, consulting") as refusal:
        story.do("03-02 10:00", STAFF, escalate("rnd"))
    assert refusal.value.code == "unknown_level"


def test_time_waited_for_the_client_does_not_count_at_the_new_level() -> None:
    terms = odd(waiting_pauses=(ClockKind.internal,))
    story = Story(terms, "03-02 10:00")
    story.do("03-02 11:00", STAFF, cmd.Ask(question="Since when?"))
    story.do("03-02 12:00", STAFF, escalate("consulting", "one"))
    assert story.live("internal").paused_by == ("waiting",)
    story.do("03-03 12:00", CLIENT, cmd.Answer(text="Since seven."))
    assert story.due("internal") == paris("03-04 12:00")


def test_asking_for_the_manager_tells_manager_and_client() -> None:
    story = Story(TF, "03-02 10:00", severity="low")
    story.do("03-02 11:00", CLIENT, cmd.AskManager(reason="Nobody calls."))
    assert [letter.template for letter in story.told("manager")] == ["staff_manager"]
    assert [letter.template for letter in story.told("anna")][-1] == "manager"


def test_a_share_of_a_target_in_days_follows_its_own_calendar() -> None:
    terms = odd(
        severities={
            **odd().severities,
            "high": odd().severities["high"].model_copy(update={"resolution": parse("7 days")}),
        }
    )
    story = Story(terms, "03-26 10:00")  # 7 local days over the change to summer time: 167 real hours
    story.do("03-26 10:10", STAFF, SEEN)
    story.until("04-06 10:00")
    rung = {share: at for _, share, at in story.rung() if at > paris("03-26 14:00")}
    assert rung[100] == paris("04-02 10:00")
    assert rung[50] == paris("03-29 22:30")  # 83.5 real hours after the start
