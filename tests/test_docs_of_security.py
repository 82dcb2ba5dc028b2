"""The threat model: each line names tests that are there; and the one reader of YAML is the only one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")


def test_every_threat_names_tests_that_are_there() -> None:
    named = NAMED.findall(TEXT)
    missing = []
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8")) if (ROOT / file).exists() else None
        functions = [node.name for node in ast.walk(tree) if hasattr(node, "name")] if tree else []
        if name not in functions:
            missing.append(f"{file}::{name}")
    assert missing == []
    assert len(named) > 50


def test_no_threat_is_without_a_test() -> None:
    rows = TEXT.split("## Threats")[1].split("\n## ")[0].splitlines()[4:]
    bare = [row.split("|")[1].strip() for row in rows if row.startswith("|") and not NAMED.search(row)]
    assert bare == []


def test_yaml_is_read_in_one_place() -> None:
    rooms = ("domain", "agreements", "workflows", "activities", "store", "papers", "api", "foresight", "runtime", "cli")
    readers = [
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"^\s*(import yaml|from yaml)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert readers == ["agreements/plain.py"]
