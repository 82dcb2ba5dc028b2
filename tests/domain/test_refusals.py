"""Wrong commands are refused with a stable code and a sentence that helps, and change nothing."""

from collections.abc import Callable

import pytest

from domain import commands as cmd
from domain.commands import Actor, Command, Step
from domain.decide import handle
from domain.errors import DomainError
from domain.evolve import evolve, rebuild
from domain.words import Means
from tests.domain.stories import CLIENT, MONITOR, STAFF, Story, agreement

TF = agreement("trackforce")
FIX = cmd.Resolve(kind="fix", text="Done.")
SEEN = cmd.Acknowledge(means=Means.call, text="Seen.")
ASK = cmd.Ask(question="Since when?")
REPORT = cmd.StatusUpdate(text="We are on it.")


def new() -> Story:
    return Story(TF, "03-02 10:00", severity="critical")


def waiting() -> Story:
    story = new()
    story.do("03-02 10:10", STAFF, ASK)
    return story


def assigned() -> Story:
    story = new()
    story.do("03-02 10:10", STAFF, cmd.Assign(assignee="bob"))
    return story


def resolved() -> Story:
    story = new()
    story.do("03-02 10:10", STAFF, FIX)
    return story


def half_agreed() -> Story:
    story = resolved()
    story.do("03-02 10:20", CLIENT, cmd.Consent())
    return story


def closed() -> Story:
    story = half_agreed()
    story.do("03-02 10:30", STAFF, cmd.Consent())
    return story


def archived() -> Story:
    return closed().until("06-02 10:00")


def triage(severity: str) -> cmd.Triage:
    return cmd.Triage(severity=severity, reason="Evaluated")


REFUSED: list[tuple[Callable[[], Story], Actor, Step, str]] = [
    (new, STAFF, triage("blocking"), "unknown_severity"),
    (new, CLIENT, cmd.Answer(text="Since seven."), "nothing_asked"),
    (new, CLIENT, cmd.Consent(), "nothing_to_consent"),
    (new, CLIENT, cmd.Refuse(reason="No."), "nothing_to_refuse"),
    (new, CLIENT, cmd.Reopen(reason="Again."), "not_closed"),
    (new, STAFF, cmd.Resolve(kind="recommendations", text="Read."), "unknown_resolution"),
    (new, STAFF, cmd.Escalate(level="support", reason="Here"), "already_there"),
    (new, STAFF, cmd.Escalate(level="rnd", group="one", reason="There"), "unknown_group"),
    (waiting, STAFF, ASK, "already_asked"),
    (waiting, STAFF, SEEN, "already_acknowledged"),  # the question was the first response
    (assigned, STAFF, cmd.Assign(assignee="bob"), "already_assigned"),
    (resolved, STAFF, triage("low"), "awaiting_consent"),
    (resolved, STAFF, REPORT, "awaiting_consent"),
    (resolved, STAFF, ASK, "awaiting_consent"),
    (resolved, STAFF, cmd.Escalate(level="rnd", reason="A bug"), "awaiting_consent"),
    (resolved, CLIENT, cmd.Reopen(reason="Again."), "not_closed"),
    (resolved, MONITOR, cmd.Consent(), "not_yours_to_consent"),
    (resolved, MONITOR, cmd.Refuse(reason="No."), "not_yours_to_refuse"),
    (half_agreed, CLIENT, cmd.Consent(), "already_consented"),
    (closed, CLIENT, cmd.Comment(text="Thanks."), "ticket_closed"),
    (closed, STAFF, FIX, "ticket_closed"),
    (closed, CLIENT, cmd.Withdraw(reason="Late."), "ticket_closed"),
    (archived, CLIENT, cmd.Comment(text="Thanks."), "ticket_archived"),
    (archived, STAFF, cmd.Note(text="Seen again."), "ticket_archived"),
    (archived, CLIENT, cmd.Reopen(reason="Again."), "reopening_window_over"),
]


@pytest.mark.parametrize(
    ("given", "by", "step", "code"),
    REFUSED,
    ids=[f"{given.__name__}-{step.type}-{code}" for given, _, step, code in REFUSED],
)
def test_a_wrong_step_is_refused_by_its_code_and_changes_nothing(
    given: Callable[[], Story], by: Actor, step: Step, code: str
) -> None:
    story = given()
    state = story.state.model_copy(deep=True)
    with pytest.raises(DomainError) as refusal:
        handle(story.state, Command(id="wrong", by=by, step=step), story.now)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")
    assert story.state == state


@pytest.mark.parametrize(
    "step", [cmd.Note(text="For us."), cmd.AlertCleared(ended_at="2026-03-02T09:00Z", text="Over.")]
)
def test_a_closed_ticket_still_takes_notes_and_the_end_of_its_alert(step: Step) -> None:
    story = closed()
    assert story.do("03-02 11:00", STAFF, step)
    assert story.state.status == "closed"


def test_a_resolved_ticket_still_takes_comments_notes_assignment_and_the_manager() -> None:
    story = resolved()
    steps = (cmd.Comment(text="Try."), cmd.Note(text="Hm."), cmd.Assign(assignee="eva"), cmd.AskManager(reason="!"))
    for step in steps:
        story.do("03-02 10:30", STAFF, step)
    assert story.state.status == "resolved"


def test_a_ticket_with_a_severity_that_the_agreement_lacks_is_not_opened() -> None:
    with pytest.raises(DomainError, match="critical, important, low, none") as refusal:
        Story(TF, "03-02 10:00", severity="blocking")
    assert refusal.value.code == "unknown_severity"


def test_without_a_severity_the_agreements_default_counts() -> None:
    assert Story(TF, "03-02 10:00").state.severity == "low"


def test_a_life_begins_with_its_opening() -> None:
    story = assigned()
    with pytest.raises(ValueError, match="opening"):
        evolve(None, story.events[-1])
    with pytest.raises(ValueError, match="no state"):
        rebuild([])
