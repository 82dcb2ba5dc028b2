"""The bench's one table: what a line says, what its goal makes of it, and that a part that fails loses no other."""

from __future__ import annotations

from importlib import import_module

import pytest

from bench.__main__ import as_json, run, table
from bench.figure import Figure, short
from bench.goals import GOALS
from bench.part import PARTS, Part


def test_a_ratio_is_held_to_its_goal() -> None:
    assert Figure("commands a second", 70, "/ s", 100, "bare updates", "rate").verdict == "pass"
    assert Figure("commands a second", 69, "/ s", 100, "bare updates", "rate").verdict.startswith("FAIL")


def test_a_figure_that_people_feel_is_held_to_its_goal_whatever_stands_beside() -> None:
    late = Figure("a clock, idle, p99", 0.4, "s", 0.39, "a bare timer", "late_idle")
    assert (late.verdict, late.bound and late.bound.words(late.unit)) == ("FAIL", "at most 0.3 s")


def test_a_miss_says_where_it_is_explained() -> None:
    explained = Figure("the only worker", 3.0, "s", 2.0, "a bare one", "first_after_kill_alone")
    assert explained.verdict.startswith("FAIL: see docs/")


def test_what_did_not_do_the_same_cannot_hold() -> None:
    assert Figure("a list", 1, "ms", 1, "bare query", "lists", sound=False).verdict == "FAIL"


def test_a_line_without_a_goal_has_no_verdict_and_spoils_nothing() -> None:
    assert (Figure("p99", 9, "ms", 3, "bare").verdict, Figure("p99", 9, "ms", 3, "bare").holds) == ("", True)


@pytest.mark.parametrize(
    ("number", "told"), [(None, ""), (0.0123, "0.0123"), (1.2345, "1.23"), (12_345.6, "12,346"), (3, "3")]
)
def test_figures_are_told_with_the_digits_that_count(number: float | None, told: str) -> None:
    assert short(number) == told


def test_a_part_that_fails_is_a_line_of_the_table_and_of_the_file() -> None:
    outcome = run(Part("no_such_part", "there is no such module"), quick=True)
    assert outcome.failure == "ended with status 1"
    assert not outcome.holds
    assert table([outcome]).row_count == 1
    parts = as_json([outcome], True, 1.0)["parts"]
    assert isinstance(parts, list)
    assert parts[0]["failure"] == outcome.failure


def test_every_part_is_a_module_that_measures() -> None:
    assert [name for name in PARTS if not callable(getattr(import_module(f"bench.{name}"), "figures", None))] == []


def test_no_goal_is_set_that_nothing_is_held_to() -> None:
    from tests.test_house import ROOT

    code = "\n".join(path.read_text() for path in (ROOT / "bench").glob("*.py") if path.name != "goals.py")
    assert [name for name in GOALS if f'"{name}"' not in code] == []
