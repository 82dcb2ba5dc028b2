"""A mapping that cannot be used is refused with the place, what is wrong, and what is allowed."""

from __future__ import annotations

import pytest

from foresight.mapping import matches
from foresight.problems import MappingError
from tests.foresight.logs import SMALL, mapping, mapping_of


def refused(text: str) -> list[str]:
    with pytest.raises(MappingError) as caught:
        mapping(text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["sample", "volvo", "helpdesk"])
def test_the_mappings_that_come_along_are_good(name: str) -> None:
    assert mapping_of(name).rules


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("  at: at", "  att: at", "mapping.yaml:5: columns.att", 'unknown key "att"; did you mean at? allowed: ticket'),
        ("  ticket: id\n", "", "mapping.yaml:3: columns.ticket", "is missing"),
        ("zone: Europe/Paris", "zone: Europe/Pariss", "columns.zone", '"Europe/Pariss" is no time zone'),
        ('"2": consulting', '"2": level2', "columns.level", '"level2" is no level; allowed: support, consulting, rnd'),
        ("A: 1,", "A: 0,", "columns.severity", "its place from 1 (the most severe) on"),
        ("do: assign", "do: asign", "rules[5].do", '"asign" is not allowed; allowed: triage, assign'),
        ("do: assign", "do: {assign: {text: x}}", "rules[5].do", "assign takes no `text`; it takes nothing beside"),
        ("do: resolve", "do: {resolve: {kind: magic}}", "rules[7].do", '"magic" is not allowed; allowed: fix'),
        ("stage: waiting", "stage: sleeping", "rules[1].when.stage", '"sleeping" is not allowed; allowed: open'),
        ("stage: waiting", "state: waiting", "rules[1].when.state", "did you mean stage?"),
        ("/^work/, ack", "/^work(/, ack", "rules[4].when.activity", "is no regular expression"),
        ("changed: agent", "changed: colour", "rules[5].when.changed", '"colour" is not allowed; allowed: agent'),
        ("acknowledge: hello, ", "", "mapping.yaml", "rules[4] says acknowledge, and there is no text for it"),
        ("otherwise: note", "otherwise: forget", "mapping.yaml:26: otherwise", '"forget" is not allowed; allowed: no'),
        ("  agent: who\n", "  agent: [who]\n", "columns.agent", "must be a mapping"),
        ("  subject: \"{what} of {who}\"\n", "", "supplied.subject", "is missing"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(before: str, after: str, place: str, said: str) -> None:
    assert before in SMALL
    problems = refused(SMALL.replace(before, after, 1))
    assert any(place in problem and said in problem for problem in problems), problems


def test_a_file_that_is_no_mapping_says_how_one_begins() -> None:
    assert refused("- a\n- b\n") == ["mapping.yaml:1: is no mapping: it must begin with `log:` and `columns:`"]


def test_several_faults_are_told_at_once() -> None:
    broken = SMALL.replace("zone: Europe/Paris", "zone: Mars").replace("do: assign", "do: asign")
    assert len(refused(broken)) == 2


def test_a_triage_needs_to_know_to_what() -> None:
    no_column = "\n".join(line for line in SMALL.splitlines() if not line.startswith("  severity:"))
    assert "rules[3] says triage: name columns.severity" in refused(no_column)[0]


def test_the_columns_a_log_must_have_are_those_the_mapping_names() -> None:
    assert mapping().named == {"id", "at", "what", "who", "line", "prio"}
    assert mapping_of("volvo").named == {
        "ticket", "at", "status", "substatus", "agent", "team_level", "impact", "product", "country", "team",
    }  # fmt: skip


def test_a_value_matches_whole_or_by_an_expression_in_slashes() -> None:
    assert matches(("Wait",), "Wait")
    assert not matches(("Wait",), "Wait - User")
    assert matches(("x", "/^Wait/"), "Wait - User")
