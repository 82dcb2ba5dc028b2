"""Liveness, readiness and the document that describes the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from runtime.settings import Settings
from tests.api.conftest import World


async def test_ready_names_what_is_away(world: World) -> None:
    answer = await world.get(None, "/health/ready")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert set(answer.json()["checks"]) == {"engine", "worker", "database"}
    world.engine.away = True
    answer = await world.get(None, "/health/ready")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)
    assert answer.json()["checks"]["database"]["ok"]
    assert not answer.json()["checks"]["worker"]["ok"]


async def test_ready_says_when_the_database_has_no_schema(world: World, tmp_path: Path) -> None:
    from store.database import Database

    world.app.state.context.database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    answer = await world.get(None, "/health/ready")
    assert answer.status_code == 503
    assert not answer.json()["checks"]["database"]["ok"]
    assert (await world.get(None, "/health/live")).json() == {"ok": True}


async def test_a_process_that_has_not_found_its_engine_lives_but_is_not_ready(tmp_path: Path) -> None:
    import httpx

    app = create_app(Settings(home=tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://escalade") as http:
        assert (await http.get("/health/live")).status_code == 200
        answer = await http.get("/health/ready")
    assert answer.status_code == 503
    assert "not answered yet" in answer.json()["checks"]["engine"]["detail"]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def schema_of(document: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """The schema of a JSON content, references followed."""
    kind = next((one for one in content if one.endswith("json") and "schema" in content[one]), None)
    if kind is None:
        return {"examples": []}  # a picture or a document is its own example
    schema: dict[str, Any] = content[kind]["schema"]
    reference = schema.get("$ref")
    return document["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else schema


def test_every_operation_has_an_example_of_what_it_takes_and_gives(document: dict[str, Any]) -> None:
    without = []
    for operation in operations(document):
        answers = [answer for status, answer in operation["responses"].items() if status < "3" and status != "204"]
        contents = [answer["content"] for answer in answers]
        if "requestBody" in operation:
            contents.append(operation["requestBody"]["content"])
        if not all("examples" in schema_of(document, content) for content in contents):
            without.append(operation["operationId"])
    assert without == []


def test_every_operation_has_a_door_a_summary_and_its_refusals(document: dict[str, Any]) -> None:
    for operation in operations(document):
        assert len(operation["tags"]) == 1
        assert operation["summary"]
        assert operation["description"]
        if operation["security"] != []:
            assert operation["security"] == [{"key": []}, {"session": []}]
            assert {"401", "403", "503"} <= set(operation["responses"])
            refusal = operation["responses"]["403"]["content"]["application/problem+json"]
            assert refusal["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_the_examples_of_bodies_are_bodies(document: dict[str, Any]) -> None:
    from api.shapes import OpenTicket
    from api.tickets.steps import DOORS
    from domain.commands import Command

    for example in OpenTicket.model_config["json_schema_extra"]["examples"]:  # type: ignore[index,call-overload]
        OpenTicket.model_validate(example)
    by = {"role": "level1", "id": "bob"}
    for operation in operations(document):
        if operation["operationId"] in {door.operation for door in DOORS}:
            body = schema_of(document, operation["requestBody"]["content"])["examples"][0]
            Command.model_validate({"id": "c1", "by": by, "step": {"type": operation["operationId"], **body}})
