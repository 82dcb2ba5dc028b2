"""Who is told of each fact. What the client reads reaches the client; what is ours never does."""

from typing import get_args

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.attachments import AttachmentRef
from domain.commands import Actor
from domain.events import Event, Fact
from domain.evolve import evolve
from domain.messages import messages
from domain.ticket import Ticket
from domain.words import Means
from tests.activities import samples
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, CONSULTANT, MONITOR, STAFF, Story, agreement, paris
from tests.factories import BOB, Life

SEEN = cmd.Acknowledge(means=Means.call, text="Seen.")
CLOCKS = (ev.ClockStarted, ev.ClockPaused, ev.ClockResumed, ev.ClockRetargeted, ev.ClockEnded)
INSIDE = (
    ev.CallTaken,
    ev.NoteAdded,
    ev.StaffWarned,
    ev.ResolutionSuggested,
    ev.TicketAssigned,
    ev.TicketArchived,
    ev.ConsentGiven,
)


def lives() -> list[Story]:
    """Lives in which every fact there is happens at least once, the main ones by every side."""
    tf = Story(agreement("trackforce"), "03-02 10:00", severity="critical")
    tf.do("03-02 10:10", STAFF, cmd.Assign(assignee="bob"))
    tf.do("03-02 10:15", STAFF, cmd.Note(text="SECRET spooler"))
    tf.do("03-02 10:20", STAFF, SEEN)
    tf.do("03-02 10:30", CLIENT, cmd.Comment(text="All of us."))
    tf.do("03-02 10:40", STAFF, cmd.Comment(text="Thank you."))
    tf.do("03-02 10:50", MONITOR, cmd.AlertCleared(ended_at=paris("03-02 10:50"), text="Over."))
    tf.do("03-02 10:55", MONITOR, cmd.AlertFired(started_at=paris("03-02 10:54"), text="Again."))
    assert tf.state.call is not None
    tf.do("03-02 10:57", STAFF, cmd.TakeCall(call=tf.state.call.number))
    tf.do("03-02 11:00", STAFF, cmd.StatusUpdate(text="Half done."))
    tf.do("03-02 11:10", STAFF, cmd.Triage(severity="important", reason="Some of us."))
    tf.do("03-02 11:20", STAFF, cmd.Ask(question="Since when?"))
    tf.do("03-02 11:30", STAFF, cmd.Answer(text="By telephone: since seven."))
    tf.do("03-02 11:40", STAFF, cmd.Escalate(level="rnd", reason="A bug."))
    tf.do("03-02 11:50", CLIENT, cmd.AskManager(reason="Too slow."))
    tf.until("03-05 12:00")
    tf.do("03-05 12:00", CONSULTANT, cmd.Resolve(kind="fix", text="Patched."))
    tf.do("03-05 12:10", CLIENT, cmd.Consent())
    tf.do("03-05 12:20", STAFF, cmd.Refuse(reason="Not with us."))
    tf.do("03-05 12:30", STAFF, cmd.Resolve(kind="fix", text="Patched again."))
    tf.until("03-10 12:00")
    for by in (CLIENT, STAFF):
        tf.do("03-10 12:10", by, cmd.Consent())
    tf.do("03-11 12:00", CLIENT, cmd.Reopen(reason="Back."))
    tf.do("03-11 13:00", CLIENT, cmd.Withdraw(reason="Bought another."))
    tf.until("05-11 13:00")

    strange = Story(odd(), "03-02 10:00")
    strange.do("03-02 10:30", STAFF, cmd.Ask(question="Since when?"))
    strange.do("03-02 11:30", CLIENT, cmd.Answer(text="Since seven."))
    strange.do("03-02 12:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    strange.do("03-03 12:00", CLIENT, cmd.Refuse(reason="No."))
    strange.do("03-03 13:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    strange.until("03-20 10:00")
    return [tf, strange]


@pytest.fixture(scope="module")
def told() -> list[tuple[Ticket, Event, set[tuple[str, str]]]]:
    """Each event of those lives with (kind of recipient, template) of its messages."""
    found = []
    for story in lives():
        state = None
        for event in story.events:
            state = evolve(state, event)
            found.append((state, event, {(one.to.kind, one.template) for one in messages(state, event)}))
    return found


def test_the_lives_hold_every_fact_there_is(told: list[tuple[Ticket, Event, set[tuple[str, str]]]]) -> None:
    every = set(get_args(get_args(Fact)[0]))
    # Subjects beside a ticket's own life have theirs among the samples of their texts.
    beside = {type(event.fact) for event in samples.events("en")}
    beside.add(ev.TextsErased)  # an erasure leaves nothing that could be told, and has tests of its own
    assert every == {type(event.fact) for _, event, _ in told} | beside


def reads(event: Event) -> bool:
    """Whether the client reads this fact and did not write it: the timeline of the portal."""
    fact = event.fact
    if isinstance(fact, (*CLOCKS, *INSIDE, ev.ClockMissed)):
        return False
    if isinstance(fact, ev.ManagerInvolved):
        return fact.clock is None
    if isinstance(fact, (ev.CommentAdded, ev.InformationGiven, ev.ResolutionRefused)):
        return event.by.role != "client"
    return True


def test_what_the_client_reads_reaches_the_client_and_nothing_else_does(
    told: list[tuple[Ticket, Event, set[tuple[str, str]]]],
) -> None:
    for state, event, letters in told:
        to_client = [template for kind, template in letters if kind == "contact"]
        # A reminder goes to the side that has not agreed yet.
        given = state.resolution.consents if state.resolution else ()
        agreed = isinstance(event.fact, ev.ConsentReminded) and "client" in given
        assert bool(to_client) == (reads(event) and not agreed), event.fact
        assert not any(template.startswith("staff") for template in to_client)


def test_staffs_letters_go_to_staff_only(told: list[tuple[Ticket, Event, set[tuple[str, str]]]]) -> None:
    for _, _, letters in told:
        assert all(kind != "contact" for kind, template in letters if template.startswith("staff"))
        assert all(kind == "contact" for kind, template in letters if not template.startswith("staff"))


def test_an_internal_note_is_in_nobodys_letter() -> None:
    for story in lives():
        assert "SECRET" not in "".join(letter.model_dump_json() for letter in story.letters)


WHO: list[tuple[type[Fact], Actor | None, set[tuple[str, str]]]] = [
    (ev.TicketOpened, None, {("contact", "opened"), ("team", "staff_opened")}),
    (ev.SeveritySet, None, {("contact", "severity")}),
    (ev.TicketAssigned, None, {("staff", "staff_assigned")}),
    (ev.FirstResponseGiven, None, {("contact", "first_response")}),
    (ev.CommentAdded, CLIENT, {("staff", "staff_comment")}),
    (ev.CommentAdded, STAFF, {("contact", "comment")}),
    (ev.CommentAdded, MONITOR, {("contact", "comment"), ("staff", "staff_comment")}),
    (ev.NoteAdded, None, set()),
    (ev.InformationRequested, None, {("contact", "question")}),
    (ev.InformationGiven, CLIENT, {("team", "staff_answer")}),
    (ev.InformationGiven, STAFF, {("staff", "staff_answer"), ("contact", "comment")}),
    (ev.Escalated, None, {("contact", "escalated"), ("team", "staff_escalated")}),
    (ev.ManagerInvolved, CLIENT, {("role", "staff_manager"), ("contact", "manager")}),
    (ev.ResolutionSuggested, None, {("staff", "staff_suggestion")}),
    (ev.ResolutionProposed, None, {("contact", "resolution")}),
    (ev.ResolutionRefused, CLIENT, {("team", "staff_refused")}),
    (ev.ResolutionRefused, STAFF, {("team", "staff_refused"), ("contact", "comment")}),
    (ev.TicketReopened, None, {("contact", "reopened"), ("team", "staff_reopened")}),
    (ev.TicketArchived, None, set()),
]


@pytest.mark.parametrize(
    ("kind", "by", "expected"), WHO, ids=[f"{kind.__name__}-{by.role if by else 'any'}" for kind, by, _ in WHO]
)
def test_each_fact_tells_the_right_people(
    told: list[tuple[Ticket, Event, set[tuple[str, str]]]],
    kind: type[Fact],
    by: Actor | None,
    expected: set[tuple[str, str]],
) -> None:
    found = [letters for _, event, letters in told if isinstance(event.fact, kind) and by in (None, event.by)]
    assert found
    assert expected in found


def test_a_client_is_written_to_in_a_language_of_its_region() -> None:
    def opened(language: str) -> str:
        story = Story(agreement("olcare"), "03-02 10:00", language=language)
        return next(letter.language for letter in story.letters if letter.to.kind == "contact")

    assert (opened("de"), opened("ja")) == ("de", "en")  # OL-22: Japanese is not spoken in EMEA


def test_every_letter_has_a_key_of_its_own_that_a_repetition_has_too() -> None:
    first, again = lives()[0], lives()[0]
    keys = [letter.key for letter in first.letters]
    assert len(keys) == len(set(keys))
    assert keys == [letter.key for letter in again.letters]


def test_a_message_names_the_files_that_came_with_what_it_tells() -> None:
    ref = AttachmentRef(id="F1", name="gate.png", media_type="image/png", size=9, sha256="0" * 64)
    life = Life()
    before = {message.key for message in life.take().messages}
    told = life.do(BOB, cmd.Comment(text="See the picture.", attachments=(ref,))).take().messages
    assert [message.data["files"] for message in told if message.key not in before] == [["gate.png"]]
    assert all("files" not in message.data for message in life.do(BOB, cmd.Comment(text="None.")).take().messages)
