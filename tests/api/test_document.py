"""What a machine takes from the OpenAPI document: where answers lead, how one signs in, what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.access.browser import COOKIE
from api.app import create_app
from api.document.following import LEADS
from runtime.settings import Settings
from tests.api.conftest import World

Document = dict[str, Any]


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(Settings())


@pytest.fixture(scope="module")
def document(app: FastAPI) -> Document:
    return app.openapi()


@pytest.fixture(scope="module")
def operations(document: Document) -> dict[str, Document]:
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


def links(operation: Document) -> Document:
    answers = operation["responses"].values()
    return {name: link for answer in answers for name, link in answer.get("links", {}).items()}


def test_every_answer_that_leads_on_leads_to_operations_that_are_there(operations: dict[str, Document]) -> None:
    for source in LEADS:
        found = links(operations[source])
        assert found, f"{source} leads nowhere"
        for link in found.values():
            taken = {one["name"] for one in operations[link["operationId"]]["parameters"] if one["in"] == "path"}
            assert set(link["parameters"]) <= taken


def test_from_an_opened_ticket_every_operation_on_a_ticket_is_reached(operations: dict[str, Document]) -> None:
    from api.tickets.steps import DOORS

    assert {door.operation for door in DOORS} | {"read_ticket", "read_clocks"} <= set(links(operations["open_ticket"]))


@pytest.mark.parametrize("source", sorted(LEADS))
def test_a_link_takes_what_the_answer_has(document: Document, operations: dict[str, Document], source: str) -> None:
    answers = operations[source]["responses"]
    answer = (answers.get("201") or answers["200"])["content"]["application/json"]["schema"]
    for link in links(operations[source]).values():
        for expression in link["parameters"].values():
            schema = answer
            for part in expression.removeprefix("$response.body#/").split("/"):
                schema = followed(document, schema)
                schema = schema["items"] if part.isdigit() else schema["properties"][part]


def followed(document: Document, schema: Document) -> Document:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def test_both_ways_to_sign_in_are_described(document: Document) -> None:
    schemes = document["components"]["securitySchemes"]
    assert (schemes["key"]["type"], schemes["key"]["scheme"]) == ("http", "bearer")
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", COOKIE)


def test_what_an_answer_leaves_out_when_empty_is_not_required(app: FastAPI, document: Document) -> None:
    wrong = []
    for route in iter_route_contexts(app.routes):
        if not isinstance(route.original_route, APIRoute) or not route.response_model_exclude_none:
            continue
        answers = document["paths"][route.path][min(route.methods).lower()]["responses"]
        for status in {"200", "201"} & set(answers):
            for name, schema in reached(document, answers[status]["content"]["application/json"]["schema"], set()):
                nullable = {
                    field
                    for field, one in schema.get("properties", {}).items()
                    if {"type": "null"} in one.get("anyOf", ())
                }
                wrong += [f"{route.operation_id}: {name}.{field}" for field in nullable & set(schema["required"])]
    assert wrong == []


def reached(document: Document, schema: Any, seen: set[str]) -> Iterator[tuple[str, Document]]:
    """Every named object schema that `schema` is made of."""
    if isinstance(schema, list):
        for one in schema:
            yield from reached(document, one, seen)
    elif isinstance(schema, dict):
        name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
        if name and name not in seen:
            seen.add(name)
            found = document["components"]["schemas"][name]
            if "required" in found:
                yield name, found
            yield from reached(document, found, seen)
        for one in schema.values():
            yield from reached(document, one, seen)


async def test_a_method_that_an_address_does_not_take_is_answered_with_those_it_does(world: World) -> None:
    answer = await world.http.request("DELETE", "/v1/tickets", headers={"Authorization": f"Bearer {world.keys['rnd']}"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert "GET, POST" in answer.json()["detail"]


async def test_a_body_that_is_not_utf_8_is_refused_as_one_that_cannot_be_read(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.keys['client']}", "Content-Type": "application/json"}
    answer = await world.http.post("/v1/tickets", content=b"\xff{", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert "UTF-8" in answer.json()["detail"]


@pytest.mark.parametrize("at", ["0.5", "1772438400", "1e9", "2026-03-02"])
async def test_an_instant_is_written_out_with_its_offset(world: World, at: str) -> None:
    answer = await world.get("level1", "/v1/tickets", params={"opened_to": at})
    assert answer.status_code == 422
    assert "2026-03-02T09:00:00+01:00" in answer.json()["errors"][0]["detail"]
