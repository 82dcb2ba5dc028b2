"""The plugin that counts clauses, on a small suite of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

CATALOGUE = """
shop:
  publisher: The Shop
  promises:
    S-01: {promise: It answers within an hour., assumed: by telephone}
    S-02: {promise: Everything is on the ticket., in: engine, reason: every step is recorded}
house:
  publisher: The House
  promises:
    H-01: {promise: It is open | on Mondays.}
"""
AGREEMENT = """
agreement: shop
severities:
  high: {response: {within: 1 h, clause: S-01}, steps: [{at: 1, clause: [S-01, H-01]}]}
"""
TESTS = """
import pytest

@pytest.mark.clause("S-01")
@pytest.mark.parametrize("by", ["portal", "telephone"])
def test_it_answers_in_time(by):
    assert by

@pytest.mark.clause("S-02", "H-01")
async def test_everything_is_on_the_ticket():
    assert True  # a test of the little suite that is run here: what counts is whether it passed
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini(
        "[pytest]\ntestpaths = tests\nmarkers = clause(*ids): promises\n"
        "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
        f"pythonpath = {ROOT}\naddopts = --import-mode=importlib -p no:cacheprovider -p no:hypothesispytest\n"
    )
    pytester.makeconftest("from tests.clause_coverage import pytest_addoption, pytest_configure")
    write(pytester, "agreements/clauses.yaml", CATALOGUE)
    write(pytester, "agreements/shop.yaml", AGREEMENT)
    write(pytester, "tests/clauses/test_shop.py", TESTS)
    write(pytester, "tests/domain/test_rules.py", "def test_rules(): pass\n")
    return pytester


def write(suite: pytest.Pytester, path: str, text: str) -> None:
    file = suite.path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def ran(suite: pytest.Pytester, *args: str) -> tuple[int, list[str]]:
    result = suite.runpytest_inprocess(*args)
    return int(result.ret), [line for line in result.outlines if line.strip()]


def written(suite: pytest.Pytester) -> str:
    return (suite.path / "docs/clauses.md").read_text(encoding="utf-8")


def test_all_clauses_proven_is_the_last_line_and_the_document_says_where_and_by_what(suite: pytest.Pytester) -> None:
    code, lines = ran(suite, "-m", "clause", "--write-clauses")
    assert (code, lines[-1]) == (0, "3 of 3 clauses proven")
    assert written(suite).splitlines()[6:] == [
        "## The Shop",
        "",
        "| clause | promise | where it stands | proven by | |",
        "|---|---|---|---|---|",
        "| S-01 | It answers within an hour. *Assumed: by telephone.* | [shop.yaml](../agreements/shop.yaml): "
        "`severities.high.response`, `severities.high.steps[0]` | "
        "[it answers in time](../tests/clauses/test_shop.py) | proven |",
        "| S-02 | Everything is on the ticket. | engine: every step is recorded | "
        "[everything is on the ticket](../tests/clauses/test_shop.py) | proven |",
        "",
        "## The House",
        "",
        "| clause | promise | where it stands | proven by | |",
        "|---|---|---|---|---|",
        "| H-01 | It is open \\| on Mondays. | [shop.yaml](../agreements/shop.yaml): `severities.high.steps[0]` | "
        "[everything is on the ticket](../tests/clauses/test_shop.py) | proven |",
        "",
        "3 of 3 clauses proven",
    ]
    assert ran(suite)[0] == 0  # the whole suite finds the document as it should be


def test_the_count_is_the_same_with_several_workers(suite: pytest.Pytester) -> None:
    code, lines = ran(suite, "-n", "2", "--write-clauses")
    assert (code, lines[-1]) == (0, "3 of 3 clauses proven")
    alone = written(suite)
    ran(suite, "--write-clauses")
    assert written(suite) == alone


def test_a_document_that_tells_something_else_fails_the_whole_run(suite: pytest.Pytester) -> None:
    code, lines = ran(suite)
    assert (code, lines[-1]) == (1, "3 of 3 clauses proven")
    assert any("write it with `make clauses`" in line for line in lines)


def test_a_clause_that_no_test_carries_fails_the_whole_run(suite: pytest.Pytester) -> None:
    write(suite, "tests/clauses/test_shop.py", TESTS.replace('"S-02", "H-01"', '"S-02"'))
    code, lines = ran(suite, "--write-clauses")
    assert (code, lines[-1]) == (1, "2 of 3 clauses proven")
    assert "H-01 is carried by no test, and shop.yaml promises it" in lines
    assert "**not proven**" in written(suite)


def test_one_parameter_that_fails_leaves_the_clause_unproven(suite: pytest.Pytester) -> None:
    write(suite, "tests/clauses/test_shop.py", TESTS.replace("assert by", 'assert by == "portal"'))
    code, lines = ran(suite, "--write-clauses")
    assert (code, lines[-1]) == (1, "2 of 3 clauses proven")
    assert "**failed**" in written(suite)


def test_a_skipped_test_proves_nothing(suite: pytest.Pytester) -> None:
    write(suite, "tests/clauses/test_shop.py", TESTS.replace("assert True", 'pytest.skip("no database")'))
    code, lines = ran(suite, "--write-clauses")
    assert (code, lines[-1]) == (1, "1 of 3 clauses proven")


def test_a_mark_with_an_unknown_id_fails_its_test_even_alone(suite: pytest.Pytester) -> None:
    write(suite, "tests/clauses/test_shop.py", TESTS.replace("S-02", "S-99"))
    code, lines = ran(suite, "tests/clauses/test_shop.py", "-k", "everything")
    assert code == 1
    assert any("there is no clause S-99" in line for line in lines)


def test_a_file_that_cites_an_unknown_id_fails_the_whole_run(suite: pytest.Pytester) -> None:
    write(suite, "agreements/shop.yaml", AGREEMENT.replace("clause: S-01}", "clause: S-77}"))
    code, lines = ran(suite, "--write-clauses")
    assert code == 1
    assert "S-77 is cited by shop.yaml, but clauses.yaml does not have it" in lines


def test_a_clause_that_stands_nowhere_needs_a_reason(suite: pytest.Pytester) -> None:
    write(suite, "agreements/clauses.yaml", CATALOGUE.replace(", in: engine, reason: every step is recorded", ""))
    code, lines = ran(suite, "--write-clauses")
    assert code == 1
    assert "S-02 stands in no agreement file: cite it there, or say `in: engine` and the reason" in lines


def test_only_the_real_workflow_and_the_real_api_prove_anything(suite: pytest.Pytester) -> None:
    (suite.path / "tests/clauses/test_shop.py").rename(suite.path / "tests/domain/test_shop.py")
    code, lines = ran(suite)
    assert (code, lines[-1]) == (1, "0 of 3 clauses proven")


@pytest.mark.parametrize("args", [["tests/clauses"], ["-k", "answers"], ["tests/clauses/test_shop.py"]])
def test_a_smaller_run_is_counted_but_not_judged(suite: pytest.Pytester, args: list[str]) -> None:
    code, lines = ran(suite, *args)
    assert code == 0
    assert lines[-1].endswith("of 3 clauses proven by the tests of this run")


def test_a_smaller_run_writes_no_document(suite: pytest.Pytester) -> None:
    code, lines = ran(suite, "tests/clauses", "--write-clauses")
    assert code == 1
    assert not (suite.path / "docs").exists()
    assert any("a run of the whole suite only" in line for line in lines)


def test_a_run_without_clauses_says_nothing_of_them(suite: pytest.Pytester) -> None:
    code, lines = ran(suite, "tests/domain")
    assert code == 0
    assert not any("clauses proven" in line for line in lines)
