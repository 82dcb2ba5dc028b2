"""The alert rules, tried by Prometheus' own tool; every alert leads to an entry of the runbook, every finding too."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from api.board.runbook import html
from api.operations.guide import GUIDES, RUNBOOK
from tests.e2e.monitors import binary

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
HEADING = re.compile(r"^## (\S+)$", re.MULTILINE)


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def entries() -> list[str]:
    return HEADING.findall((ROOT / "docs" / "runbook.md").read_text())


def anchor(rule: dict[str, Any]) -> str:
    return str(rule["annotations"]["runbook_url"]).partition("#")[2]


def test_each_rule_fires_when_it_must_and_stays_quiet_otherwise() -> None:
    told = subprocess.run(
        [binary("promtool"), "test", "rules", "rules.test.yml"], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_each_rule_is_tried_for_both() -> None:
    tried = {one["name"] for one in yaml.safe_load((FOLDER / "rules.test.yml").read_text())["tests"]}
    names = [rule["alert"].removeprefix("Escalade") for rule in rules()]
    assert {f"{name} {how}" for name in names for how in ("fires", "stays quiet")} == tried


def test_each_alert_says_what_it_means_how_bad_it_is_and_where_to_read_on() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["runbook_url"].startswith("{{ $externalLabels.escalade }}" + RUNBOOK + "#")


def test_alerts_findings_and_the_runbook_have_the_same_entries() -> None:
    found = entries()
    assert len(found) == len(set(found))
    assert set(found) == {anchor(rule) for rule in rules()}
    assert set(GUIDES) <= set(found)


def test_the_page_of_the_runbook_has_an_anchor_for_each_entry() -> None:
    shown = str(html())
    assert [code for code in entries() if f'id="{code}"' not in shown] == []
    for target in re.findall(r'href="#([^"]+)"', shown):
        assert f'id="{target}"' in shown, target


def test_the_page_of_the_runbook_links_to_nothing_that_is_not_served() -> None:
    assert {
        target for target in re.findall(r'(?:href|src)="([^"]+)"', str(html())) if not target.startswith("#")
    } == set()


def test_each_entry_says_what_it_means_what_to_look_at_and_what_to_do() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text()
    for code in entries():
        entry = text.split(f"\n## {code}\n")[1].split("\n## ")[0]
        assert "**Means:**" in entry, code
        assert "```sh" in entry, code
        assert "**Do:**" in entry or "**Look and do:**" in entry, code


def test_prometheus_takes_the_configuration(tmp_path: Path) -> None:
    key = FOLDER / "key"
    for file in FOLDER.glob("*.yml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / key.name).write_text("esk_example")
    told = subprocess.run(
        [binary("promtool"), "check", "config", "prometheus.yml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
