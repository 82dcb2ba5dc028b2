"""What the four files promise, held against the clauses by due instants worked out by hand."""

from __future__ import annotations

import pytest

from domain.base import Model
from domain.target import Unit
from domain.words import Channel, ClockKind, Contact, Level, Party, ResolutionKind
from tests.agreements.samples import local, terms_of


def promise(
    clause: str, agreement: str, severity: str, clock: str, opened: str, due: str, by: str = "portal"
) -> object:
    """One row of the table below."""
    name = f"{clause} {severity} {clock} by {by} from {opened}"
    return pytest.param(agreement, severity, clock, by, opened, due, id=name, marks=pytest.mark.clause(clause))


FRIDAY, SATURDAY, MONDAY = "2026-11-20 17:30", "2026-11-21 10:00", "2026-11-23 15:30"

PROMISES = [
    promise("TF-07", "trackforce", "critical", "response", FRIDAY, "2026-11-20 18:30"),
    promise("TF-07", "trackforce", "critical", "update", FRIDAY, "2026-11-20 19:00"),
    promise("TF-07", "trackforce", "critical", "resolution", FRIDAY, "2026-11-21 01:30"),
    promise("TF-08", "trackforce", "important", "response", FRIDAY, "2026-11-20 21:30"),
    promise("TF-08", "trackforce", "important", "update", FRIDAY, "2026-11-20 21:30"),
    promise("TF-08", "trackforce", "important", "resolution", FRIDAY, "2026-11-21 17:30"),
    promise("TF-09", "trackforce", "low", "response", FRIDAY, "2026-11-24 17:30"),
    promise("TF-09", "trackforce", "low", "update", FRIDAY, "2026-11-23 09:00"),
    promise("TF-09", "trackforce", "low", "resolution", FRIDAY, "2026-11-27 17:30"),
    promise("TF-10", "trackforce", "none", "response", FRIDAY, "2026-11-24 17:30"),
    promise("TF-10", "trackforce", "none", "update", FRIDAY, "2026-11-27 17:30"),
    promise("TF-10", "trackforce", "none", "update", SATURDAY, "2026-11-30 09:00"),
    promise("TF-10", "trackforce", "none", "resolution", FRIDAY, "2026-12-18 17:30"),
    promise("TF-03", "trackforce", "critical", "update", SATURDAY, "2026-11-21 11:30"),
    promise("TF-03", "trackforce", "low", "response", SATURDAY, "2026-11-25 09:00"),
    # A wall-clock promise of days keeps its wall-clock time over the change of 25 October; one of hours does not.
    promise("TF-20", "trackforce", "low", "resolution", "2026-10-23 10:00", "2026-10-30 10:00"),
    promise("TF-20", "trackforce", "important", "resolution", "2026-10-24 10:00", "2026-10-25 09:00"),
    promise("OL-15", "olcare", "p1", "response", MONDAY, "2026-11-24 11:30"),
    promise("OL-15", "olcare", "p1", "response", MONDAY, "2026-11-24 09:30", by="telephone"),
    promise("OL-15", "olcare", "p4", "response", MONDAY, "2026-11-24 11:30", by="email"),
    promise("OL-16", "olcare", "p1", "resolution", MONDAY, "2026-11-25 15:30"),
    promise("OL-16", "olcare", "p2", "resolution", MONDAY, "2026-11-26 15:30"),
    promise("OL-16", "olcare", "p3", "resolution", MONDAY, "2026-12-14 15:30"),
    promise("OL-17", "olcare", "p1", "update", MONDAY, "2026-11-24 15:30"),
    promise("OL-17", "olcare", "p2", "update", MONDAY, "2026-11-24 15:30"),
    promise("OL-17", "olcare", "p3", "update", MONDAY, "2026-11-25 15:30"),
]


@pytest.mark.parametrize(("agreement", "severity", "clock", "by", "opened", "due"), PROMISES)
def test_a_promise_falls_due_when_the_document_says(
    agreement: str, severity: str, clock: str, by: str, opened: str, due: str
) -> None:
    terms = terms_of(agreement)
    target = terms.severities[severity].target(ClockKind(clock), Channel(by))
    assert target is not None
    assert target.due(local(opened), terms.calendars) == local(due)


@pytest.mark.clause("TF-10")
def test_a_range_is_warned_at_its_lower_end() -> None:
    terms = terms_of("trackforce")
    target = terms.severities["none"].resolution
    assert target is not None
    assert target.warned_at(local(FRIDAY), terms.calendars) == local("2026-12-04 17:30")


@pytest.mark.clause("OL-16")
def test_p4_waits_for_the_next_release_and_is_never_due() -> None:
    target = terms_of("olcare").severities["p4"].resolution
    assert target is not None
    assert (target.unit, target.amount) == (Unit.next_release, None)


@pytest.mark.clause("TF-02")
@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-20 08:59", False),
        ("2026-11-20 09:00", True),
        ("2026-07-13 09:00", True),  # in summer the same wall-clock hours
        ("2026-11-20 18:00", False),
        ("2026-11-21 12:00", False),
        ("2026-07-14 12:00", False),  # National Day, a Tuesday
    ],
)
def test_trackforce_is_open_on_french_working_days(at: str, is_open: bool) -> None:
    assert terms_of("trackforce").calendars["office"].is_open(local(at)) is is_open


@pytest.mark.clause("1L-24")
@pytest.mark.parametrize(
    ("at", "is_open"),
    [("2026-11-20 12:29", True), ("2026-11-20 12:45", False), ("2026-11-20 13:30", True), ("2026-11-11 10:00", False)],
)
def test_onelife_closes_for_lunch_and_on_public_holidays(at: str, is_open: bool) -> None:
    assert terms_of("onelife").calendars["office"].is_open(local(at)) is is_open


@pytest.mark.clause("1L-24")
def test_onelife_promises_no_target() -> None:
    for severity in terms_of("onelife").severities.values():
        for kind in ClockKind:
            assert severity.target(kind, Channel.portal) is None


@pytest.mark.clause("PC-09")
def test_proconcept_consulting_has_three_competence_groups_and_one_for_projects() -> None:
    assert list(terms_of("proconcept").levels[Level.consulting].groups) == [
        "logistics", "finance", "technical", "projects",
    ]  # fmt: skip


@pytest.mark.clause("PC-12")
def test_proconcept_level_2_is_best_effort() -> None:
    consulting = terms_of("proconcept").levels[Level.consulting]
    assert {ClockKind.response, ClockKind.resolution} <= {*consulting.pauses}
    assert consulting.internal is None


@pytest.mark.clause("PC-12")
def test_proconcept_level_1_has_objectives() -> None:
    terms = terms_of("proconcept")
    assert all(severity.response and severity.resolution for severity in terms.severities.values())
    assert terms.levels[Level.support].pauses == ()


@pytest.mark.clause("OL-19")
def test_waiting_for_the_client_stops_only_the_resolution_target_at_ol_care() -> None:
    assert terms_of("olcare").waiting_pauses == (ClockKind.resolution,)


@pytest.mark.clause("OL-11")
def test_ol_care_knows_four_kinds_of_resolution() -> None:
    assert {*terms_of("olcare").resolutions} == {*ResolutionKind} - {ResolutionKind.promised_fix}


@pytest.mark.clause("TF-11")
def test_both_representatives_agree_at_trackforce_and_a_refusal_goes_on_as_if_never_stopped() -> None:
    terms = terms_of("trackforce")
    assert {*terms.consent.of} == {Party.client, Party.provider}
    assert terms.consent.refusal == "as_if_never_stopped"
    assert ResolutionKind.action_plan in terms.resolutions


@pytest.mark.clause("TF-06")
def test_the_clients_severity_is_provisional_at_trackforce() -> None:
    assert terms_of("trackforce").triage_provisional


@pytest.mark.clause("TF-12")
def test_a_question_or_an_acknowledgement_by_a_person_is_a_first_response_at_trackforce() -> None:
    assert {Contact.acknowledgement, Contact.question} <= {*terms_of("trackforce").first_response}


@pytest.mark.clause("OL-10")
@pytest.mark.parametrize("name", ["olcare", "trackforce"])
def test_silence_is_no_consent_where_the_document_asks_for_it(name: str) -> None:
    assert terms_of(name).consent.silence is None


@pytest.mark.parametrize("name", ["onelife", "proconcept"])
def test_silence_closes_only_as_a_stated_assumption(name: str) -> None:
    silence = terms_of(name).consent.silence
    assert silence is not None
    assert silence.assumed


@pytest.mark.parametrize("name", ["onelife", "olcare", "proconcept", "trackforce"])
def test_every_target_of_every_agreement_names_its_source(name: str) -> None:
    def sources(part: object) -> list[bool]:
        if isinstance(part, dict):
            here = [bool(part.get("clause") or part.get("assumed"))] if "unit" in part else []
            return here + [found for value in part.values() for found in sources(value)]
        return [found for value in part for found in sources(value)] if isinstance(part, list) else []

    terms: Model = terms_of(name)
    assert all(sources(terms.model_dump(mode="json")))
