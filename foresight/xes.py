"""A log in XES (IEEE 1849): each event a row, the attributes of its trace with `case:` before their names.

Read event by event: a log may be larger than memory. Nothing outside the file is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from foresight.rows import BadRow, LogError, Row, opened

_ENDS = (".xes", ".xes.gz")


def is_xes(path: Path) -> bool:
    """Whether a file is a log in XES, by its name."""
    return path.name.lower().endswith(_ENDS)


def xes_lines(path: Path, needed: set[str]) -> Iterator[Row | BadRow]:
    """Every event as a row; `line` counts events from 1. An attribute that an event lacks is empty.

    A column that is needed and that no event of the log has is refused at its end, as LogError.
    """
    number = 0
    seen: set[str] = set()
    case: dict[str, str] = {}
    try:
        with opened(path) as file:
            parser = iterparse(file, events=("start", "end"), forbid_dtd=True)
            inside = False
            for step, node in parser:
                kind = node.tag.rpartition("}")[2]
                if kind == "trace":
                    case = {} if step == "start" else case
                    if step == "end":
                        node.clear()
                elif kind == "event" and step == "start":
                    inside = True
                elif kind == "event":
                    inside = False
                    number += 1
                    own = {one.get("key", ""): one.get("value", "") for one in node}
                    values = {**dict.fromkeys(needed, ""), **case, **own}
                    seen |= case.keys() | own.keys()
                    node.clear()
                    yield Row(number, values)
                elif step == "end" and not inside and node.get("key") and node.get("value") is not None:
                    case[f"case:{node.get('key')}"] = node.get("value", "")
    except DefusedXmlException:
        raise LogError(f"{path} declares entities of its own; a log needs none, and they can be a trap") from None
    except ParseError as error:
        raise LogError(f"{path} is no XES: {error}") from None
    except (OSError, EOFError) as error:
        raise LogError(f"{path} cannot be read: {error}") from None
    missing = sorted(needed - seen)
    if missing:
        known = ", ".join(sorted(seen)) or "none"
        raise LogError(f"{path} has no attribute {', '.join(missing)}; its attributes: {known}")
