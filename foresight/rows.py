"""A row of a recorded log, one that cannot be used, and how a log's file is opened."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from domain.errors import DomainError


class LogError(DomainError):
    """A log that cannot be read at all, or that lacks a column of its mapping."""

    def __init__(self, message: str) -> None:
        super().__init__("log_refused", message)


@dataclass(frozen=True)
class Row:
    """One line of the log; `line` counts from 1, the header included."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class BadRow:
    """A line that gave no command, and why."""

    line: int
    reason: str


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as text, unpacked where it is gzipped."""
    packed = path.open("rb").read(2) == b"\x1f\x8b"
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        if packed
        else path.open(encoding="utf-8-sig", newline="")
    ) as file:
        yield file
