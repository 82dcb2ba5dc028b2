"""What a change of kind does to hours counted before, whoever asks for it, and what stands in nobody's way."""

from __future__ import annotations

from datetime import timedelta

from domain import commands as cmd
from domain.commands import SYSTEM
from domain.commands.money import Booked
from domain.rules import hours
from domain.words import Closing, Level, Work
from tests.domain.any_life.agreements import AGREEMENTS, revisions
from tests.domain.stories import CLIENT, STAFF, Story, agreement


def worked(story: Story, at: str, minutes: int) -> None:
    """Somebody logs the time worked until then."""
    began = story.until(at).now - timedelta(minutes=minutes)
    story.do(story.now, STAFF, cmd.LogTime(work=Work.work, minutes=minutes, began_at=began, text="Looked at."))


def released(**opening: object) -> Story:
    """A ticket on which 41 minutes were worked, free of charge, and a release was offered."""
    story = Story(AGREEMENTS["odd"], "03-02 09:00", severity="slow", intake={"fact": True}, **opening)
    worked(story, "03-02 10:00", 41)
    story.do("03-02 11:00", STAFF, cmd.AwaitDefect(defect="D-1", reason="A bug."))
    story.do("03-03 11:00", SYSTEM, cmd.HearDefect(defect="D-1", announcement=1, text="Fixed.", release="app 11.8"))
    return story


def test_the_account_is_asked_when_an_installation_makes_work_deducted() -> None:
    story = released(kind="in")
    step = cmd.AskInstallation(text="Please.")
    assert hours.asks_the_account(story.state, step)
    assert hours.wanted(story.state, step) == 50  # 41 minutes, rounded up to the next 10
    story.do("03-03 12:00", CLIENT, step.model_copy(update={"booked": Booked(taken={"P1": 50}, left=10)}))
    assert story.state.kind == "put-in"
    assert story.state.taken == {"P1": 50}


def test_an_installation_can_be_asked_for_wherever_its_kind_was_passed_on_to() -> None:
    story = released(kind="in")
    story.do("03-03 12:00", CLIENT, cmd.Refuse(reason="Not yet."))
    story.do(
        "03-03 12:05",
        STAFF,
        cmd.Classify(kind="put-in", reason="To be put in.", booked=Booked(left=0, taken={"P": 50})),
    )
    story.do("03-03 12:10", STAFF, cmd.Escalate(level=Level.consulting, group="one", reason="By them."))
    step = cmd.AskInstallation(text="Please.")
    assert hours.wanted(story.state, step) is None
    story.do("03-03 13:00", CLIENT, step)
    assert story.state.level is Level.consulting


def test_a_kind_that_no_contract_covers_takes_no_hours() -> None:
    story = Story(agreement("onelife"), "03-02 09:00", covers=("subscription",))
    worked(story, "03-02 10:00", 16)
    step = cmd.Classify(kind="use", reason="Help with use.")
    assert hours.wanted(story.state, step) is None
    story.do("03-02 11:00", STAFF, step)
    assert story.state.closing is Closing.not_covered
    assert story.state.taken == {}


def test_an_answer_that_a_newer_revision_does_not_ask_for_stands_in_nobodys_way() -> None:
    terms = agreement("olcare")
    bare = next(one for one in revisions(terms) if not one.intake)
    story = Story(terms, "03-02 09:00", intake={"steps": "Print twice."}, evaluated=True)
    story.do("03-02 10:00", SYSTEM, cmd.ChangeTerms(terms=bare, rollout="R-1"))
    story.do("03-02 11:00", STAFF, cmd.Classify(kind="installation", reason="It is one."))
    assert story.state.kind == "installation"
    assert story.state.intake == {"steps": "Print twice."}
