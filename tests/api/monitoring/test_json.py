"""The door for any JSON: a file says what is where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.monitoring.files import Monitor
from api.monitoring.reading_files import MonitorError, load, parse
from api.monitoring.senders.mapped import mapped
from api.monitoring.senders.shape import Unclear, Unreadable
from domain.episodes import Reported
from tests.api.conftest import World
from tests.api.monitoring.conftest import EXAMPLES
from tests.api.monitoring.posting import posted
from tests.factories import MONDAY

DOOR = "/v1/monitors/json/probes"
SAMPLE = json.loads((EXAMPLES / "monitors" / "probes.sample.json").read_text())
START = "monitor: probes\nformat: json\n"
ALERT = "alert: {fingerprint: id, firing: on, subject: id}\n"


async def test_the_shipped_example_opens_what_is_down_and_lists_what_is_up(monitored: Any) -> None:
    world: World = monitored()
    first = await posted(world, SAMPLE, door=DOOR)
    assert [one["outcome"] for one in first] == ["opened", "skipped"]  # the second ended before it was ever reported
    ticket = (await world.get("level1", f"/v1/tickets/{first[0]['ticket']}")).json()
    assert (ticket["subject"], ticket["severity"]) == ("lyon-2 gate-4 is down", "critical")


async def test_a_monitor_without_a_file_is_not_known_and_the_body_is_kept(world: World) -> None:
    answer = await world.post("integrator", "/v1/monitors/json/nobody", {"a": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_monitor")
    kept = await world.get("operations", f"/v1/monitors/rejected/{answer.json()['kept']}")
    assert kept.json()["code"] == "unknown_monitor"


async def test_a_file_that_cannot_be_used_takes_only_its_own_door_away(monitored: Any) -> None:
    world: World = monitored(broken_yaml="monitor: broken\nformat: json\nalerts: 'a['\n")
    answer = await world.post("integrator", "/v1/monitors/json/broken", {"a": 1})
    assert (answer.status_code, answer.json()["code"]) == (503, "monitor_refused")
    assert "alerts" in answer.json()["detail"]
    assert (await posted(world, SAMPLE, door=DOOR))[0]["outcome"] == "opened"


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        (START, "", "format json needs `alert`"),
        (START + ALERT + "alertz: a\n", "alertz", "did you mean alert"),
        (START.replace("json", "nagios") + ALERT, "format", "allowed: alertmanager, grafana, icinga2, cloudevents"),
        (START + "alert: {fingerprint: id, firing: on}\n", "alert.subject", "is missing"),
        (START + "alert: {fingerprint: id, firing: 'on[', subject: id}\n", "alert.firing", "no JMESPath"),
        (START + "alert: {fingerprint: id, firing: 'on(id)', subject: id}\n", "alert.firing", "no function on"),
        (START + ALERT + f"alerts: {'a' * 501}\n", "alerts", "longer than 500"),
        (START + ALERT + "storm: {tickets: 3, within: soon}\n", "storm.within", "write one like"),
        (START + ALERT + "signature: {scheme: standard, secrets: [../x]}\n", "signature.secrets", "beside this one"),
        (START.replace("probes", "other") + ALERT, "monitor", "rename the file"),
        ("- a\n", "", "is no monitor"),
        ("monitor: [\n", "", "not valid YAML"),
    ],
)
def test_a_file_is_refused_with_its_place_and_what_is_allowed(text: str, place: str, why: str) -> None:
    with pytest.raises(MonitorError) as refused:
        parse(text, file="probes.yaml", name="probes")
    said = str(refused.value)
    assert "probes.yaml:" in said
    assert any(problem.path.startswith(place) and why in problem.message for problem in refused.value.problems), said


def test_a_secret_is_a_file_beside_and_long_enough(tmp_path: Path) -> None:
    file = tmp_path / "probes.yaml"
    file.write_text(START + ALERT + "signature: {scheme: standard, secrets: [s.txt]}\n")
    with pytest.raises(MonitorError, match="cannot be read"):
        load(file)
    (tmp_path / "s.txt").write_text("short")
    with pytest.raises(MonitorError, match="shorter than 16") as refused:
        load(file)
    assert "short\n" not in str(refused.value)
    (tmp_path / "s.txt").write_text("whsec_MDEyMzQ1Njc4OWFiY2RlZg==\n")
    assert load(file).secrets == ("whsec_MDEyMzQ1Njc4OWFiY2RlZg==",)


def monitor(**alert: Any) -> Monitor:
    where = {"fingerprint": "id", "firing": "on", "subject": "id", **alert}
    return Monitor.model_validate({"monitor": "m", "format": "json", "alert": where})


@pytest.mark.parametrize(
    ("alert", "raw", "why"),
    [
        ({}, {"on": True}, "no fingerprint: id finds nothing"),
        ({"resolved": "off"}, {"id": 1}, "neither firing nor resolved"),
        ({"started_at": "at"}, {"id": 1, "on": 1, "at": "yesterday"}, "no instant"),
        ({"started_at": "at"}, {"id": 1, "on": 1, "at": "2026-03-02T09:00:00"}, "no UTC offset"),
        ({"labels": "id"}, {"id": 1, "on": 1}, "labels"),
        ({"subject": "length(on)"}, {"id": 1, "on": 1}, "does not fit"),
    ],
)
def test_an_alert_that_does_not_fit_says_why(alert: dict[str, str], raw: dict[str, Any], why: str) -> None:
    [found] = mapped(raw, monitor(**alert), MONDAY)
    assert isinstance(found, Unclear)
    assert why in found.why


@pytest.mark.parametrize("at", [MONDAY.timestamp(), int(MONDAY.timestamp() * 1000), MONDAY.isoformat(), "1772442000"])
def test_instants_are_iso_or_seconds_or_milliseconds(at: Any) -> None:
    [found] = mapped({"id": "x", "on": 1, "at": at}, monitor(started_at="at"), MONDAY)
    assert isinstance(found, Reported)
    assert found.started_at == MONDAY


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
PROBES = parse((EXAMPLES / "monitors" / "probes.yaml").read_text())
LIKE_PROBES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("site", "name", "state", "since", "until", "impact", "message", "dashboard"), JSON)
    | {"state": st.sampled_from(["up", "down"])},
)


@given(JSON | st.fixed_dictionaries({"probes": st.lists(LIKE_PROBES | JSON, max_size=5)}))
def test_whatever_is_posted_is_an_episode_or_says_why_not(posted: Any) -> None:
    try:
        found = mapped(posted, PROBES, MONDAY)
    except Unreadable:
        return
    assert all(isinstance(one, Reported | Unclear) for one in found)
