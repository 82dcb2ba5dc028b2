"""An episode as a monitor reports it: the one notion that every sender's words are brought to."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.base import Instant, Model
from domain.commands import Name
from domain.words import Role

SAYABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:+-]{0,99}")
MOST_LABELS = 100
"""Labels of one alert."""

_Short = Annotated[str, StringConstraints(max_length=250)]
_Label = Annotated[str, StringConstraints(max_length=2_000)]


class Reported(Model):
    """One firing of one alert, or its end.

    `fingerprint` names the alert within `source`. `started_at` absent: the sender does not say which firing it means,
    so it is the one that has not ended. `organisation`, `severity` and `service` are the sender's words, looked up
    later; `labels` are what alerts are grouped by.
    """

    source: Name
    fingerprint: Name
    firing: bool
    started_at: Instant | None = None
    ended_at: Instant | None = None
    organisation: _Short | None = None
    severity: _Short | None = None
    service: _Short | None = None
    subject: Annotated[str, StringConstraints(min_length=1, max_length=250)]
    description: Annotated[str, StringConstraints(max_length=20_000)] = ""
    links: tuple[Annotated[str, StringConstraints(max_length=2_000)], ...] = Field((), max_length=10)
    labels: dict[_Short, _Label] = Field({}, max_length=MOST_LABELS)


class Posted(Model):
    """A report with what is needed to carry it out later: who posted it, bound to whom, through which monitor."""

    report: Reported
    monitor: Name
    format: str
    role: Role
    by: str
    organisation: str | None = None


def fingerprint(*parts: str) -> str:
    """A name for an alert that its sender names by several words, or by one that cannot be said."""
    if len(parts) == 1 and SAYABLE.fullmatch(parts[0]):
        return parts[0]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
