"""The rows of a recorded log: CSV with a header, plain or gzipped, UTF-8. Rows that cannot be read are kept as bad."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


@dataclass
class Log:
    """Rows as they stand in the file, and those that are none."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_log(path: Path, needed: set[str]) -> Log:
    """Reads a log that must have the columns `needed`. LogError when it cannot be read or lacks one."""
    log = Log()
    try:
        with _opened(path) as file:
            reader = csv.reader(file, strict=True, delimiter=_delimiter(file))
            header = next(reader, None)
            if header is None:
                raise LogError(f"{path} is empty; a log begins with a line of column names")
            missing = sorted(needed - set(header))
            if missing:
                raise LogError(f"{path} has no column {', '.join(missing)}; its columns: {', '.join(header)}")
            line = reader.line_num + 1
            for values in reader:
                if len(values) == len(header):
                    log.rows.append(Row(line, dict(zip(header, values, strict=True))))
                elif values:
                    log.bad.append(BadRow(line, f"{len(values)} values for {len(header)} columns"))
                line = reader.line_num + 1
    except (OSError, EOFError) as error:
        raise LogError(f"{path} cannot be read: {error.strerror if isinstance(error, OSError) else error}") from None
    except UnicodeDecodeError as error:
        raise LogError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except csv.Error as error:
        raise LogError(f"{path} is no CSV: {error}") from None
    return log


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    packed = path.open("rb").read(2) == b"\x1f\x8b"
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        if packed
        else path.open(encoding="utf-8-sig", newline="")
    ) as file:
        yield file


def _delimiter(file: TextIO) -> str:
    """Comma, semicolon or tab: whichever the header has most of."""
    header = file.readline()
    file.seek(0)
    return max(",;\t", key=header.count)
