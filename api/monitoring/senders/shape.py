"""What adapters give, and how they read the values of strangers: cut to size, without what no database keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from domain.episodes import MOST_LABELS, Reported

MOST = 5_000
"""Alerts in one body."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Unreadable(Exception):
    """A body, or one alert of it, that cannot be understood; the message says what was expected."""


@dataclass(frozen=True)
class Unclear:
    """One alert of a body that comes to nothing; the others of it go through. `kept`: somebody should look at it."""

    name: str | None
    why: str
    raw: bytes
    kept: bool = True


def parsed(body: bytes) -> Any:
    """The JSON of a body. Unreadable when it is none."""
    try:
        return json.loads(body)
    except RecursionError:
        raise Unreadable("is nested too deeply to be a report of alerts") from None
    except ValueError as error:
        raise Unreadable(f"is not JSON: {error}") from None


def members(body: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    found = parsed(body)
    if not isinstance(found, dict):
        raise Unreadable(f"must be a JSON object, not {seen(found)}")
    return found


def several(found: Any, where: str) -> list[Any]:
    """A list of alerts that is not too long."""
    if not isinstance(found, list):
        raise Unreadable(f"{where} must be a list of alerts, not {seen(found)}")
    if len(found) > MOST:
        raise Unreadable(f"{where} has {len(found)} alerts; at most {MOST} may come at once")
    return found


def unclear(raw: Any, why: Exception | str, name: Any = None, *, kept: bool = True) -> Unclear:
    """An alert that is left out, with the reason."""
    if isinstance(why, ValidationError):
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in why.errors(include_url=False)]
        why = "; ".join(faults[:5])
    said = line(name, 100) if isinstance(name, str) else None
    return Unclear(said or None, clean(str(why))[:500], json.dumps(raw, default=str).encode(), kept)


def report(**fields: Any) -> Reported:
    """An episode, its texts cut to size. Unreadable when what is left cannot be one."""
    labels = fields.get("labels") or {}
    fields["labels"] = {line(name, 250): clean(value)[:2_000] for name, value in [*labels.items()][:MOST_LABELS]}
    for name in ("organisation", "severity", "service"):
        fields[name] = line(fields.get(name) or "", 250) or None
    fields["subject"] = line(fields.get("subject") or "", 250) or "Alert"
    fields["description"] = clean(fields.get("description") or "").strip()[:20_000]
    fields["links"] = tuple(line(link, 2_000) for link in fields.get("links") or () if link)[:10]
    try:
        return Reported(**fields)
    except ValidationError as error:
        raise Unreadable("; ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors())) from None


def described(texts: list[str], labels: Mapping[str, str], links: list[tuple[str, str]]) -> str:
    """What a person reads first: the texts, then every label, then where to look."""
    told = [*filter(None, texts), ""] if any(texts) else []
    told += [f"{name}: {value}" for name, value in labels.items()]
    told += [f"{name}: {link}" for name, link in links if link]
    return "\n".join(told)


def instant(value: Any) -> datetime:
    """An instant: ISO 8601 with an offset, or seconds or milliseconds since 1970. Unreadable otherwise."""
    try:
        if isinstance(value, str) and not re.fullmatch(r"\d+(\.\d+)?", value):
            at = datetime.fromisoformat(value)
            if at.tzinfo is None:
                raise Unreadable(f'"{value[:40]}" has no UTC offset; write one like 2026-03-02T09:00:00+01:00')
            return at.astimezone(UTC)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        number = float(value)
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / 1000 if number > 1e11 else number)
    except (ValueError, OverflowError):
        raise Unreadable(f"{str(value)[:40]!r} is no instant: ISO 8601 with an offset, or seconds since 1970") from None


def clean(text: Any) -> str:
    """A text without the signs that PostgreSQL cannot keep or nobody can read."""
    return _SURROGATES.sub("\ufffd", _CONTROL.sub(" ", str(text)))


def line(text: Any, longest: int) -> str:
    """A text on one line."""
    return " ".join(clean(text).split())[:longest]


def seen(value: Any) -> str:
    """A value as it is named to whoever sent it."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return kinds.get(type(value), "a number")
