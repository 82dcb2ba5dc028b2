"""An interval agreed for one ticket takes the place of its severity's, and breaks no promise by itself (OL-17)."""

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.errors import DomainError
from domain.terms import ContactTerms
from domain.words import Verdict
from tests.domain.odd import odd
from tests.domain.stories import CLIENT, STAFF, Story, agreement, paris

AGREED = ContactTerms(interval_agreed=True)
ODD = odd(contact=AGREED)
OL = agreement("olcare")


def every(words: str) -> cmd.AgreeInterval:
    return cmd.AgreeInterval(every=words, reason="As the client wants it.")


def test_a_longer_interval_moves_the_due_instant_from_the_same_start() -> None:
    story = Story(ODD, "03-02 10:00")  # every 2 h
    story.do("03-02 11:00", STAFF, every("5 h"))
    assert story.due("update") == paris("03-02 15:00")
    story.until("03-02 20:00")
    assert story.when(ev.StatusUpdated) == [paris("03-02 15:00"), paris("03-02 20:00")]
    assert story.told("anna", "interval")[0].data["next_by"] == paris("03-02 15:00").isoformat()


def test_a_shorter_one_that_would_be_over_begins_anew_without_a_verdict() -> None:
    story = Story(ODD, "03-02 10:00")
    story.do("03-02 11:30", STAFF, every("1 h"))
    assert story.due("update") == paris("03-02 12:30")
    assert story.verdict("update").verdict is Verdict.cancelled
    assert not story.facts(ev.StatusUpdated)


def test_it_holds_for_a_severity_that_promises_no_reports_and_after_a_change_of_severity() -> None:
    story = Story(ODD, "03-02 10:00", severity="bare")
    assert not story.has("update")
    story.do("03-02 11:00", STAFF, every("3 h"))
    assert story.due("update") == paris("03-02 14:00")
    story.do("03-02 12:00", STAFF, cmd.Triage(severity="high", reason="Looked at."))
    assert story.due("update") == paris("03-02 14:00")
    story.do("03-02 12:30", STAFF, cmd.Triage(severity="bare", reason="Looked at again."))
    assert story.due("update") == paris("03-02 14:00")


def test_it_is_read_on_the_calendar_of_the_severitys_own_reports() -> None:
    story = Story(ODD, "03-05 16:00", severity="slow")  # Thursday; office 9 to 18
    story.do("03-05 16:30", STAFF, every("2 business days"))
    assert story.due("update") == paris("03-09 16:00")
    story.do("03-05 17:00", STAFF, every("4 h"))
    assert story.due("update") == paris("03-06 11:00")


def test_while_we_wait_for_the_client_it_stands_still_as_any_report() -> None:
    story = Story(ODD, "03-02 10:00")
    story.do("03-02 11:00", STAFF, cmd.Ask(question="Since when?"))
    story.do("03-02 12:00", STAFF, every("5 h"))
    assert story.due("update") is None
    story.do("03-02 13:00", CLIENT, cmd.Answer(text="Since seven."))
    assert story.due("update") == paris("03-02 17:00")  # 4 h left


def test_it_survives_a_refusal_and_a_reopening() -> None:
    story = Story(OL, "03-02 10:00", severity="p1", evaluated=True)
    story.do("03-02 11:00", STAFF, every("3 business days"))
    story.do("03-03 10:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    story.do("03-03 11:00", CLIENT, cmd.Refuse(reason="No."))
    assert story.due("update") == paris("03-06 11:00")
    story.do("03-04 10:00", STAFF, cmd.Resolve(kind="fix", text="Done."))
    story.do("03-04 11:00", CLIENT, cmd.Consent())
    story.do("03-09 10:00", CLIENT, cmd.Reopen(reason="Back."))
    assert story.due("update") == paris("03-12 10:00")


@pytest.mark.parametrize(
    ("words", "severity", "code"),
    [
        ("whenever", "high", "unknown_interval"),
        ("next release", "high", "unknown_interval"),
        ("1 to 2 days", "high", "unknown_interval"),
        ("14 min", "high", "unknown_interval"),
        ("2 business days", "high", "unknown_interval"),  # its reports are counted on no calendar
    ],
)
def test_what_is_no_interval_is_refused_with_examples(words: str, severity: str, code: str) -> None:
    story = Story(ODD, "03-02 10:00", severity=severity)
    with pytest.raises(DomainError, match=r"90 min|15 min") as refusal:
        story.do("03-02 11:00", STAFF, every(words))
    assert refusal.value.code == code
    assert story.due("update") == paris("03-02 12:00")


def test_where_the_agreement_fixes_the_interval_none_is_agreed_and_none_while_consent_is_asked() -> None:
    fixed, asked = Story(odd(), "03-02 10:00"), Story(ODD, "03-02 10:00")
    done = cmd.Resolve(kind="fix", text="Done.", cause="configuration", cause_text="A wrong queue.")
    asked.do("03-02 10:30", STAFF, done)
    for story, code in ((fixed, "interval_fixed"), (asked, "awaiting_consent")):
        with pytest.raises(DomainError) as refusal:
            story.do("03-02 11:00", STAFF, every("5 h"))
        assert refusal.value.code == code
