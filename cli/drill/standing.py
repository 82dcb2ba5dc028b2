"""Which drill is on: a file in the stack's home, sealed so that a look at it does not tell."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path

from cli.client import DEMO, ClientError
from cli.drill.processes import Undo, children
from domain.base import Instant, Model
from runtime.settings import Settings

FILE = "drill"
FOUND = "drills-found"
SIZE = 4096
"""Bytes of the file, always: it is written in its own place, so that a drill which fills the disk can keep it."""


class Standing(Model):
    """`tries`: causes that were named so far."""

    fault: str
    since: Instant
    undo: Undo
    tries: int = 0


def permit(settings: Settings) -> None:
    """ClientError unless this is a stack of `escalade up` with its demo, on this machine, and running."""
    ours = settings.embedded and settings.database_url is None and (settings.home / DEMO).is_file()
    if not ours or not children(settings):
        raise ClientError(
            f"{settings.home} is no running demo: a drill makes real faults, in the stack of `escalade up` only. "
            "Start one in a home of its own (ESCALADE_HOME), never beside real tickets."
        )


def read(settings: Settings) -> Standing | None:
    """The drill that is on; None without."""
    path = _path(settings)
    if not path.exists():
        return None
    return Standing.model_validate_json(base64.b64decode(path.read_bytes().strip()))


def write(settings: Settings, standing: Standing) -> None:
    """Keeps it."""
    path = _path(settings)
    content = base64.b64encode(json.dumps(standing.model_dump(mode="json")).encode())
    with path.open("r+b" if path.exists() else "wb") as file:
        file.write(content.ljust(SIZE))


def begin(settings: Settings, fault: str, undo: Undo, now: datetime) -> None:
    """A drill that has just begun."""
    write(settings, Standing(fault=fault, since=now, undo=undo))


def forget(settings: Settings) -> None:
    """The drill is over."""
    _path(settings).unlink(missing_ok=True)


def found(settings: Settings) -> frozenset[str]:
    """The faults that were found in this demo."""
    try:
        return frozenset((settings.home / FOUND).read_text(encoding="utf-8").split())
    except OSError:
        return frozenset()


def note_found(settings: Settings, fault: str) -> None:
    """Keeps that it was found."""
    (settings.home / FOUND).write_text("\n".join(sorted({*found(settings), fault})) + "\n", encoding="utf-8")


def _path(settings: Settings) -> Path:
    return settings.home / FILE
