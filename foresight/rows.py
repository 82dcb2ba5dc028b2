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


LONGEST_LINE = 4 * 1024 * 1024
"""Characters; a packed file of some kilobytes can hold one line that fills the memory."""


def bounded(file: TextIO, path: Path) -> Iterator[str]:
    """The lines of a file as they stand. LogError for one that no log has."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise LogError(f"{path} has a line of more than {LONGEST_LINE} characters: it is no log, or is broken")
        yield line


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
