"""Whatever happens to a file: it is an agreement that compiles, or it is refused with the line of what is wrong."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements import AgreementError, Problem, compile_terms, parse, published
from agreements.compiling.provider import provider_terms

QUICK = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
FOUR = {name: path.read_text(encoding="utf-8") for name, path in published().items()}
READ = {name: yaml.load(text, Loader=yaml.BaseLoader) for name, text in FOUR.items()}
SCALARS = [
    "", "0", "-1", "12", "4 h", "0 h", "9999999999 h", "2 business days", "best effort", "next release", "5 %", "0 %",
    "always", "office", "local", "none", "true", "false", "null", "en", "xx", "p1", "critical", "support", "rnd",
    "Europe/Paris", "Europe/../Paris", "2026-02-29", "00:00-24:00", "24:00-25:00", "mon-fri", "fact", "portal", "é",
    "a b", "[", "x" * 300,
]  # fmt: skip
STRANGE: list[Any] = [[], {}, ["en", ["fr"]], {"en": {"fr": "x"}}, [{"is": "p1"}], {"": ""}, [[]], {"clause": []}]
Place = tuple[str | int, ...]


def places(node: Any, path: Place = ()) -> list[Place]:
    """Every key and position in the data."""
    if not isinstance(node, dict | list):
        return []
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    return [place for key, below in pairs for place in ((*path, key), *places(below, (*path, key)))]


EVERYWHERE = {name: places(data) for name, data in READ.items()}


def mutated(data: Any, place: Place, how: str, value: Any) -> None:
    """Changes one thing in the data; what stands there no more since an earlier change is left alone."""
    node = data
    for key in place[:-1]:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return
    last = place[-1]
    in_list = isinstance(node, list) and isinstance(last, int) and last < len(node)
    if not in_list and not (isinstance(node, dict) and last in node):
        return
    if how == "delete":
        del node[last]
    elif how == "double" and isinstance(node, list):
        node.append(copy.deepcopy(node[last]))
    elif how == "rename" and isinstance(node, dict) and isinstance(value, str):
        node[value] = node.pop(last)
    else:
        node[last] = copy.deepcopy(value)


changes = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from(["delete", "double", "rename", "change", "change"]),
        st.sampled_from(SCALARS) | st.sampled_from(STRANGE) | st.text(max_size=12),
    ),
    min_size=1,
    max_size=4,
)


def written(data: Any) -> str:
    return yaml.dump(data, Dumper=QUICK, allow_unicode=True, sort_keys=False)


def check(text: str) -> None:
    """Either an agreement whose every choice compiles, or problems that each name a line of the file."""
    problems: list[Problem] = []
    try:
        agreement = parse(text, file="some.yaml")
    except AgreementError as error:
        problems = error.problems
        agreement = None
    if agreement is None:
        lines = max(1, len(text.splitlines()))
        assert problems
        assert all(1 <= problem.line <= lines and problem.message.strip() for problem in problems)
        return
    provider_terms(agreement)
    for programme in [None, *agreement.programmes]:
        for region in [None, *agreement.regions]:
            terms = compile_terms(agreement, opened=date(2031, 3, 3), years=1, programme=programme, region=region)
            assert terms.agreement == agreement.agreement


@given(st.sampled_from(sorted(FOUR)), changes)
@settings(max_examples=40, deadline=None)
def test_a_file_changed_at_random_is_an_agreement_or_is_refused(name: str, steps: list[tuple[int, str, Any]]) -> None:
    data = copy.deepcopy(READ[name])
    for number, how, value in steps:
        mutated(data, EVERYWHERE[name][number % len(EVERYWHERE[name])], how, value)
    check(written(data))


@given(st.sampled_from(sorted(FOUR)), st.integers(0, 400), st.sampled_from(["delete", "double", "cut", "indent"]))
@settings(max_examples=40, deadline=None)
def test_a_file_with_a_line_lost_or_doubled_is_an_agreement_or_is_refused(name: str, number: int, how: str) -> None:
    rows = FOUR[name].splitlines(keepends=True)
    at = number % len(rows)
    changed = {"delete": "", "double": rows[at] * 2, "cut": rows[at][: len(rows[at]) // 2], "indent": "  " + rows[at]}
    rows[at] = changed[how]
    check("".join(rows))


@pytest.mark.parametrize("name", sorted(FOUR))
def test_no_section_can_be_replaced_by_what_no_reader_expects(name: str) -> None:
    for key in READ[name]:
        for value in STRANGE:
            check(written({**READ[name], key: value}))
