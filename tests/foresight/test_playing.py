"""A scenario in business terms comes to the life that the rules give it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.commands import Acknowledge, Answer, Ask
from domain.elapse import next_due
from foresight.playing import ScenarioError
from tests.domain.stories import CLIENT, STAFF, Story, agreement, paris
from tests.foresight.plays import played

CRITICAL = {"severity": "critical"}


def at(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=UTC)  # type: ignore[arg-type]  # month, day, hour, minute


def test_a_simulated_life_is_event_for_event_that_of_the_rules() -> None:
    found = played(
        ticket={"severity": "critical", "channel": "telephone"},
        steps=[
            {"after": "30 min", "staff": "acknowledge", "means": "call", "text": "We look."},
            {"after": "2 h", "staff": "ask", "question": "Which firmware?"},
            {"after": "1 business days", "client": "answer", "text": "4.2"},
        ],
        until="2 days",
    )
    story = Story(agreement("trackforce"), "03-02 09:00", severity="critical", channel="telephone")
    story.do("03-02 09:30", STAFF, Acknowledge(means="call", text="We look."))
    story.do("03-02 11:30", STAFF, Ask(question="Which firmware?"))
    story.do("03-03 11:30", CLIENT, Answer(text="4.2"))
    story.until("03-05 11:30")
    assert [(one.at, one.fact.type) for one in found.events] == [(one.at, one.fact.type) for one in story.events]
    assert [one.message.template for one in found.sent] == [one.template for one in story.letters]
    assert next_due(found.state) == next_due(story.state)


def test_times_count_from_the_step_before_by_the_wall_clock_or_from_a_promise() -> None:
    found = played(
        ticket=CRITICAL,
        steps=[
            {"at": "10 min before response", "staff": "acknowledge"},
            {"after": "45 min", "staff": "status_update"},
            {"at": "2026-03-02 12:00", "staff": "note"},
            {"after": "2 h", "on": "office", "client": "comment"},
            {"client": "ask_progress"},
        ],
    )
    said = {event.cause: event.at for event in found.events if event.cause.startswith("step-")}
    assert said == {
        "step-1": paris("03-02 09:50"),
        "step-2": paris("03-02 10:35"),
        "step-3": paris("03-02 12:00"),
        "step-4": paris("03-02 14:00"),
        "step-5": paris("03-02 14:00"),
    }


def test_a_wall_clock_keeps_its_hour_over_a_clock_change() -> None:
    found = played(opened="2026-03-27 09:00", steps=[{"after": "7 days", "staff": "note"}])
    said = {event.cause: event.at for event in found.events if event.cause.startswith("step-")}
    assert said == {"step-1": at(4, 3, 7, 0)}


def test_a_step_before_the_one_before_it_is_named_with_its_place() -> None:
    steps = [{"after": "7 days", "staff": "note"}, {"at": "2026-03-03 09:00", "staff": "note"}]
    with pytest.raises(ScenarioError, match="before what comes before it") as error:
        played(steps=steps)
    assert error.value.place == ("steps", 1)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"staff": "dance"}, 'there is no step "dance"; there are triage, assign'),
        ({"staff": "resolve", "kind": "magic"}, "kind: Input should be"),
        ({"after": "soon", "staff": "note"}, '"soon" is not a target'),
        ({"after": "best effort", "staff": "note"}, "is no length of time"),
        ({"after": "2 h", "on": "moon", "staff": "note"}, 'no calendar "moon"; the agreement has office'),
        ({"at": "tomorrow", "staff": "note"}, "write it like 2026-03-09 10:00"),
        ({"at": "5 min before lunch", "staff": "note"}, '"lunch" is no clock'),
        ({"at": "5 min before consent", "staff": "note"}, "the consent clock has no due instant then"),
    ],
)
def test_what_cannot_be_understood_is_named_with_what_is_allowed(step: dict[str, str], why: str) -> None:
    with pytest.raises(ScenarioError) as error:
        played(ticket=CRITICAL, steps=[step])
    assert why in str(error.value)
    assert error.value.place == ("steps", 0)


def test_a_refusal_is_kept_with_its_step_and_changes_nothing() -> None:
    steps = [{"after": "10 min", "client": "consent"}, {"after": "10 min", "staff": "acknowledge", "means": "call"}]
    found = played(ticket=CRITICAL, steps=steps)
    ((move, refusal),) = found.refused
    assert (move.step, refusal.code, refusal.at) == ("consent", "nothing_to_consent", paris("03-02 09:10"))
    assert any(event.fact.type == "first_response_given" for event in found.events)


def test_a_refusal_that_is_expected_is_none_to_report_and_one_that_does_not_come_is() -> None:
    refused = {"after": "10 min", "client": "consent", "refused": "nothing_to_consent"}
    assert played(ticket=CRITICAL, steps=[refused]).refused == []
    with pytest.raises(ScenarioError, match="is accepted, and was to be refused"):
        played(ticket=CRITICAL, steps=[{"staff": "note", "refused": "ticket_closed"}])


def test_hours_come_from_the_packages_of_the_scenario() -> None:
    work = {"staff": "log_time", "work": "work", "minutes": 50, "began_at": "2026-03-02 09:30"}
    found = played(
        "onelife",
        ticket={"kind": "reports"},
        contract={"covers": ["maintenance"]},
        hours=[{"minutes": 90, "bought": "2026-01-01", "expires": "2027-01-01"}],
        steps=[{"after": "2 h", **work}, {"after": "1 h", **work}],
    )
    assert [package.left for package in found.life.account.packages] == [30]
    assert [refusal.code for _, refusal in found.refused] == ["hours_used_up"]


def test_one_scenario_fits_two_agreements_where_it_names_a_severity_by_its_place() -> None:
    names = {name: played(name, ticket={"severity": 1}).state.severity for name in ("trackforce", "proconcept")}
    assert names == {name: next(iter(agreement(name).severities)) for name in names}


def test_a_severity_s_place_fits_every_agreement_also_in_a_step() -> None:
    for name in ("trackforce", "proconcept"):
        life = played(name, ticket={"severity": 2}, steps=[{"staff": "triage", "severity": 1}], until="1 h")
        assert life.state.severity == next(iter(life.state.terms.severities))
