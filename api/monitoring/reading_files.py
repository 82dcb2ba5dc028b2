"""Reads monitors' files: YAML to the schema, or every problem with its file, line and key, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from agreements import plain
from api.monitoring.files import SHORTEST, Monitor
from domain.errors import FileRefused, Problem, written
from domain.wrong_fields import explained

SUFFIX = ".yaml"


class MonitorError(FileRefused):
    """A monitor's file that cannot be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("monitor_refused", problems)


@dataclass(frozen=True)
class Read:
    """A monitor and the secrets that its file names."""

    monitor: Monitor
    secrets: tuple[str, ...] = ()


def shipped(name: str) -> Monitor:
    """A mapping that comes with Escalade."""
    text = (files("api.monitoring.senders") / f"{name}{SUFFIX}").read_text(encoding="utf-8")
    return parse(text, file=name, name=name)


def load(path: Path) -> Read:
    """The monitor in a file, and its secrets. MonitorError names every problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MonitorError([Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text (byte {error.start}); save it as UTF-8"
        raise MonitorError([Problem(str(path), 0, "", message)]) from None
    monitor = parse(text, file=str(path), name=path.stem)
    named = monitor.signature.secrets if monitor.signature is not None else ()
    return Read(monitor, tuple(_secret(path, name) for name in named))


def parse(text: str, *, file: str = "monitor", name: str | None = None) -> Monitor:
    """The monitor in a text; `name` is what its `monitor:` must be."""
    reading = plain.read(text)
    if reading.wrong:
        raise MonitorError([Problem(file, line, written(path), why) for path, line, why in reading.wrong])
    if not isinstance(reading.data, dict):
        raise MonitorError([Problem(file, 1, "", "is no monitor: it must begin with `monitor:` and `format:`")])
    given = reading.data.get("monitor")
    if name is not None and isinstance(given, str) and given != name:
        message = f'"{given}" is not the file\'s name; write {name}, or rename the file to {given}{SUFFIX}'
        raise MonitorError([Problem(file, reading.line(("monitor",)), "monitor", message)])
    try:
        return Monitor.model_validate(reading.data)
    except ValidationError as error:
        found = sorted(set(explained(error, reading.data)), key=lambda one: (reading.line(one[0]), one[1]))
        raise MonitorError([Problem(file, reading.line(path), written(path), why) for path, why in found]) from None


def _secret(path: Path, name: str) -> str:
    """What a secret's file holds. It is never named in a problem."""
    try:
        secret = (path.parent / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        why = f'the file "{name}" beside this one cannot be read; write the secret into it'
        raise MonitorError([Problem(str(path), 0, "signature.secrets", why)]) from None
    if len(secret) < SHORTEST:
        why = f'the secret in "{name}" is shorter than {SHORTEST} characters'
        raise MonitorError([Problem(str(path), 0, "signature.secrets", why)])
    return secret
