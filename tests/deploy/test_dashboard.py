"""The dashboard against Grafana's own shapes: what a server would drop or not understand is found without one."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import Any

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.deploy.test_rules import ROOT, entries

FOLDER = ROOT / "deploy" / "grafana"
WIDE = 24
"""Columns of Grafana's grid."""


def dashboard() -> dict[str, Any]:
    made: dict[str, Any] = json.loads((FOLDER / "dashboards" / "escalade.json").read_text())
    return made


def panels() -> list[dict[str, Any]]:
    return [one for one in dashboard()["panels"] if one["type"] != "row"]


def lost(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """What `ours` says and `theirs` does not, by path."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            name
            for key, value in ours.items()
            for name in (lost(value, theirs[key], f"{where}.{key}") if key in theirs else [f"{where}.{key}"])
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            name
            for number, pair in enumerate(zip(ours, theirs, strict=True))
            for name in lost(*pair, f"{where}[{number}]")
        ]
    return [] if ours == theirs else [where]


def as_grafana_reads(ours: dict[str, Any]) -> Any:
    register_default_plugins()
    return json.loads(JSONEncoder().encode(Dashboard.from_json(ours)))


def test_grafana_knows_every_field_of_the_dashboard() -> None:
    assert lost(dashboard(), as_grafana_reads(dashboard())) == []


def test_a_field_that_grafana_does_not_know_is_found() -> None:
    ours = dashboard()
    ours["panels"][1]["fieldConfig"]["defaults"]["units"] = "s"
    assert lost(ours, as_grafana_reads(ours)) == [".panels[1].fieldConfig.defaults.units"]


def test_grafana_knows_every_unit() -> None:
    known = {value for name, value in vars(units).items() if name[0].isupper() and isinstance(value, str)}
    assert {"s", "ops"} <= known
    assert {one["fieldConfig"]["defaults"].get("unit", "none") for one in panels()} <= known


def test_every_query_asks_the_source_that_the_reader_has_chosen() -> None:
    (source,) = [one for one in dashboard()["templating"]["list"] if one["type"] == "datasource"]
    (provisioned,) = yaml.safe_load((FOLDER / "provisioning" / "datasources" / "prometheus.yaml").read_text())[
        "datasources"
    ]
    assert (source["query"], source["current"]["value"]) == (provisioned["type"], provisioned["uid"])
    chosen = {"type": "prometheus", "uid": "${" + source["name"] + "}"}
    assert all(asked["datasource"] == chosen for panel in panels() for asked in (panel, *panel["targets"]))


def test_every_variable_that_is_used_is_there() -> None:
    text = json.dumps(dashboard())
    used = {name for name in re.findall(r"\$\{(\w+)", text) if not name.startswith("__")}
    assert used == {one["name"] for one in dashboard()["templating"]["list"]}


def test_panels_say_what_they_show_and_lie_side_by_side() -> None:
    everything = dashboard()["panels"]
    numbers = [one["id"] for one in everything]
    assert len(numbers) == len(set(numbers))
    assert all(one["title"] and one["description"] for one in panels())
    for panel in panels():
        names = [target["refId"] for target in panel["targets"]]
        assert len(names) == len(set(names)), panel["title"]
    spots = [(one["title"], one["gridPos"]) for one in everything]
    assert all(spot["x"] + spot["w"] <= WIDE for _, spot in spots)
    for (one, a), (other, b) in combinations(spots, 2):
        apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        assert apart or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"], f"{one} and {other} overlap"


def test_a_finding_in_the_table_leads_to_its_entry_of_the_runbook() -> None:
    (table,) = [one for one in panels() if one["type"] == "table"]
    (links,) = [
        item["value"]
        for override in table["fieldConfig"]["overrides"]
        for item in override["properties"]
        if item["id"] == "links"
    ]
    assert links[0]["url"] == "${escalade}/operations/runbook#${__value.raw}"
    assert "ticket-stuck" in entries()
