"""The files that come with Escalade: complete, cited by real clauses, known to editors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agreements import AgreementError, load, parse, published
from agreements.schema import json_schema
from tests.agreements.samples import SMALL

ROOT = Path(__file__).parents[2]
CLAUSES = ROOT.parent / "shared" / "CLAUSES.md"
NAMES = ["olcare", "onelife", "proconcept", "trackforce"]


def test_the_four_publishers_are_there() -> None:
    assert sorted(published()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_file_is_right_and_points_editors_to_its_schema(name: str) -> None:
    path = published()[name]
    assert load(path).agreement == name
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=./schema.json\n")


@pytest.mark.parametrize("name", NAMES)
def test_each_clause_that_a_file_cites_exists(name: str) -> None:
    if not CLAUSES.exists():
        pytest.skip("the publishers' clauses are not beside this repository")
    text = published()[name].read_text(encoding="utf-8")
    cited = {
        clause for line in re.findall(r"clause: (\[[^\]]*\]|[^\s,}]+)", text) for clause in re.findall(r"\w+-\d+", line)
    }
    assert cited
    assert cited <= set(re.findall(r"^\| (\w+-\d+) \|", CLAUSES.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_the_published_json_schema_is_that_of_the_code() -> None:
    kept = (ROOT / "agreements" / "schema.json").read_text(encoding="utf-8")
    assert kept == json_schema(), "write it again: escalade agreement schema > agreements/schema.json"


def test_an_own_file_joins_the_published_ones_and_wins_over_one_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "olcare.yaml").write_text(SMALL.replace("agreement: small", "agreement: olcare"), encoding="utf-8")
    found = published(tmp_path)
    assert sorted(found) == [*NAMES[:3], "small", "trackforce"]
    assert load(found["olcare"]).publisher == "A publisher"


def test_an_own_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(AgreementError, match="is no folder"):
        published(tmp_path / "nowhere")


def test_the_example_in_the_documentation_is_right() -> None:
    text = (ROOT / "docs" / "agreements.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    assert example is not None
    assert parse(example[1], name="acme").agreement == "acme"
