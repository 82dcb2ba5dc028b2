"""A log in XES (IEEE 1849): each event a row, the attributes of its trace with `case:` before their names.

Read event by event: a log may be larger than memory. Nothing outside the file is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from foresight.rows import BadRow, LogError, Row, opened

_ENDS = (".xes", ".xes.gz")


def is_xes(path: Path) -> bool:
    """Whether a file is a log in XES, by its name."""
    return path.name.lower().endswith(_ENDS)


def xes_lines(path: Path, needed: set[str]) -> Iterator[Row | BadRow]:
    """Every event as a row; `line` counts events from 1. An attribute that an event lacks is empty.

    A list's value is those of its members, joined; what is nested in an attribute stands beside it, as "outer/inner".
    A column that is needed and that no event of the log has is refused at its end, as LogError.
    """
    number = 0
    seen: set[str] = set()
    try:
        with opened(path) as file:
            for own, case in _events(file):
                number += 1
                seen |= case.keys() | own.keys()
                yield Row(number, {**dict.fromkeys(needed, ""), **case, **own})
    except DefusedXmlException:
        raise LogError(f"{path} declares entities of its own; a log needs none, and they can be a trap") from None
    except ParseError as error:
        raise LogError(f"{path} is no XES: {error}") from None
    except (OSError, EOFError) as error:
        raise LogError(f"{path} cannot be read: {error}") from None
    missing = sorted(needed - seen)
    if not seen:
        raise LogError(f"{path} holds no event")
    if missing:
        known = ", ".join(sorted(seen)) or "none"
        raise LogError(f"{path} has no attribute {', '.join(missing)}; its attributes: {known}")


def _events(file: TextIO) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Each event's attributes with its trace's. What has been read is thrown away, the log's own element as well."""
    parser = iterparse(file, events=("start", "end"), forbid_dtd=True)
    parents: list[Element] = []
    case: dict[str, str] = {}
    for step, node in parser:
        kind = node.tag.rpartition("}")[2]
        if step == "start":
            parents.append(node)
            case = {} if kind == "trace" else case
            continue
        parents.pop()
        outer = parents[-1].tag.rpartition("}")[2] if parents else ""
        if kind == "event" and outer in ("trace", "log"):
            yield dict(_attributes(node)), (case if outer == "trace" else {})
            parents[-1].remove(node)
        elif kind == "trace":
            parents[-1].clear()
        elif outer == "trace":
            case |= {f"case:{name}": value for name, value in _attribute(node)}


def _attributes(node: Element) -> Iterator[tuple[str, str]]:
    for one in node:
        yield from _attribute(one)


def _attribute(node: Element, before: str = "") -> Iterator[tuple[str, str]]:
    name = node.get("key")
    if name is None:
        return
    inner = [one for one in node if one.tag.rpartition("}")[2] != "values"]
    listed = [one for values in node if values not in inner for one in values]
    said = node.get("value")
    if said is None:  # a list; older logs have its members as its children
        members = listed or inner
        yield before + name, ", ".join(text for one in members if (text := one.get("value")) is not None)
    else:
        yield before + name, said
    for one in inner:
        yield from _attribute(one, f"{before}{name}/")
