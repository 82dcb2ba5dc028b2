"""docs/monitoring.md shows the very files that the tests run with, and examples that Escalade takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from api.monitoring.reading_files import parse

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "monitoring.md").read_text()
SHOWN = re.findall(r"<!-- (examples/\S+) -->\n```\w*\n(.*?)```\n", GUIDE, flags=re.S)


@pytest.mark.parametrize(("path", "text"), SHOWN, ids=[path for path, _ in SHOWN])
def test_what_the_guide_shows_is_the_example(path: str, text: str) -> None:
    assert text == (ROOT / path).read_text()


def test_the_guide_has_a_recipe_for_every_sender() -> None:
    rooms = {path.split("/")[1] for path, _ in SHOWN}
    assert rooms == {"alertmanager", "grafana", "icinga2", "cloudevents", "monitors"}


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "monitors").glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_of_monitors_can_be_used(path: Path) -> None:
    assert parse(path.read_text(), name=path.stem).monitor == path.stem


def test_grafana_signs_as_its_monitor_checks() -> None:
    point = yaml.safe_load((ROOT / "examples/grafana/contact-points.yaml").read_text())
    signed = point["contactPoints"][0]["receivers"][0]["settings"]["hmacConfig"]
    signature = parse((ROOT / "examples/monitors/grafana-prod.yaml").read_text()).signature
    assert signature is not None
    assert (signed["header"], signed["timestampHeader"]) == (signature.header, signature.timestamp)
