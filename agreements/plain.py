"""Plain data from YAML, with the line of every key, and nothing that surprises the reader.

YAML 1.1 turns `on:` into `true`, `NO` (Norway) into `false` and `17:00` into 1020; here every plain word
stays text, except whole numbers, `true`, `false` and `null`. Anchors, aliases, tags and duplicate keys are
refused: what is promised stands where it is read, once.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file to a value."""

LONGEST = 200_000
"""Characters; an agreement is read aloud, one longer than a book is a mistake or an attack."""
DEEPEST = 12
"""Levels of nesting; the schema needs seven."""

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
"""A longer one stays text: Python refuses to read some thousand digits, and no field takes so many."""
_QUICK: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""YAML's C library: an agreement in 3 ms instead of 45. Where it is not built in, Python's own."""
_PLAIN_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")


@dataclass
class Reading:
    """What was read: `data`, the line (from 1) of each path, and what was wrong, as (path, line, message)."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    wrong: list[tuple[Path, int, str]] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Line of the nearest thing that stands in the file: a missing key is reported at its parent."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Reading:
    """Never raises: what YAML itself or the rules above refuse is in `wrong`."""
    reading = Reading()
    if len(text) > LONGEST:
        reading.wrong.append(((), 1, f"longer than {LONGEST} characters: this is not one agreement; split it"))
        return reading
    try:
        # The C library lets tabs pass that Python's own reader refuses; what is an agreement must not depend on it.
        node = _composed(text, yaml.BaseLoader if "\t" in text else _QUICK, reading)
    except (yaml.YAMLError, UnicodeError):
        # What is wrong is told in the words of Python's own reader, which are the clearer ones.
        try:
            node = _composed(text, yaml.BaseLoader, reading)
        except yaml.YAMLError as error:
            reading.wrong.append(_broken(error))
            return reading
    if node is not None:
        reading.data = _value(node, (), reading)
    return reading


def _composed(text: str, loader: Any, reading: Reading) -> yaml.Node | None:
    reading.wrong[:] = _refused_events(text, loader)
    return None if reading.wrong else yaml.compose(text, Loader=loader)


def _refused_events(text: str, loader: Any) -> Iterator[tuple[Path, int, str]]:
    """Anchors, aliases and depth: found while parsing, before a tree is built that they could blow up."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield (), line, f"nested too deeply; at most {DEEPEST} levels are allowed"
            return
        if anchor := getattr(event, "anchor", None):
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            yield (), line, f"`{sign}{anchor}` is an anchor or alias of YAML: write the value out where it is meant"


def _broken(error: yaml.YAMLError) -> tuple[Path, int, str]:
    if not isinstance(error, yaml.MarkedYAMLError):
        return (), 1, f"not valid YAML: {error}"
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    said = " ".join(part for part in (error.context, error.problem) if part)
    if "single document" in said:
        return (), line, "a second document begins here: one agreement per file"
    return (), line, f"not valid YAML: {said}"


def _value(node: yaml.Node, path: Path, reading: Reading) -> Any:
    line = node.start_mark.line + 1
    reading.lines.setdefault(path, line)
    if node.tag not in _PLAIN_TAGS:
        reading.wrong.append(
            (path, line, f"the tag {node.tag} is not allowed; write plain text, numbers, lists, mappings")
        )
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, reading)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, position), reading) for position, item in enumerate(node.value)]
    if not isinstance(node, yaml.ScalarNode) or node.style:  # in quotes: text, whatever it looks like
        return node.value
    if _WHOLE.fullmatch(node.value):
        return int(node.value)
    return _CONSTANTS.get(node.value, node.value)


def _mapping(node: yaml.MappingNode, path: Path, reading: Reading) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            reading.wrong.append((path, line, "a key must be one word, not a list or a mapping"))
            continue
        place = (*path, key.value)
        if key.value in found:
            message = f"stands here a second time; the first is on line {reading.line(place)}; keep one"
            reading.wrong.append((place, line, message))
            continue
        reading.lines[place] = line
        found[key.value] = _value(value, place, reading)
    return found
