"""The guide to agreement files names every key and every word of the schema, in the section where it is looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agreements import parse
from tests.agreements.samples import SMALL

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "agreements" / "keys.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "agreements" / "schema.json").read_text(encoding="utf-8"))
HEAD = ("agreement", "title", "publisher", "document", "languages", "zone")
EVERYWHERE = {"clause", "assumed"}
"""Explained once, for all rules."""


def section(key: str) -> str:
    """The part of the guide about a top-level key, or with that word in its heading."""
    parts = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]
    wanted = "Head" if key in HEAD else key
    found = [part for part in parts if re.search(rf"\b{wanted}\b", part.splitlines()[0])]
    assert len(found) == 1, f"{key} needs a heading of its own, or a place in one"
    return found[0]


def words(node: Any, *, calendars: bool) -> Iterator[str]:
    """Keys and fixed words below a part of the schema. Calendars are explained where they are declared."""
    if isinstance(node, list):
        for item in node:
            yield from words(item, calendars=calendars)
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        if name != "CalendarRule" or calendars:
            yield from words(SCHEMA["$defs"][name], calendars=calendars)
    yield from (word for word in [*node.get("enum", ()), node.get("const")] if isinstance(word, str))
    for key, below in node.get("properties", {}).items():
        yield key
        yield from words(below, calendars=calendars)
    for inner in ("items", "additionalProperties", "propertyNames", "anyOf", "oneOf", "allOf"):
        yield from words(node.get(inner), calendars=calendars)


@pytest.mark.parametrize("key", SCHEMA["properties"])
def test_the_guide_names_all_that_a_section_of_a_file_can_say(key: str) -> None:
    about = section("Words") + section(key)
    text = " ".join([*re.findall(r"`([^`\n]+)`", about), *re.findall(r"```yaml\n(.*?)```", about, re.S)])
    said = {*words(SCHEMA["properties"][key], calendars=key == "calendars")} - EVERYWHERE
    lost = sorted(word for word in said if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))
    assert not lost, f"docs/agreements/keys.md does not say under {key}: {', '.join(lost)}"


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL))
def test_each_example_of_the_guide_is_yaml_with_a_source(example: str) -> None:
    assert yaml.safe_load(example)
    assert "clause" in example


@pytest.mark.parametrize("key", ["availability", "maintenance", "hours", "report"])
def test_examples_that_name_nothing_else_can_be_taken_over_as_they_stand(key: str) -> None:
    example = re.findall(r"```yaml\n(.*?)```", section(key), flags=re.DOTALL)[0]
    parts = re.split(r"^(?=\w)", example, flags=re.MULTILINE)
    own = next(part for part in parts if part.startswith(f"{key}:"))
    assert parse(SMALL + own, name="small") is not None
