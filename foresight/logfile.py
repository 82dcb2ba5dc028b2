"""The rows of a recorded log: CSV with a header, or XES; plain or gzipped. Rows that cannot be read are kept as bad."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from foresight.rows import LONGEST_LINE, BadRow, LogError, Row, bounded, opened
from foresight.xes import is_xes, xes_lines


@dataclass
class Log:
    """Rows as they stand in the file, and those that are none."""

    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_log(path: Path, needed: set[str]) -> Log:
    """Reads a whole log into memory; it must have the columns `needed`. LogError as in `lines`."""
    log = Log()
    for line in lines(path, needed):
        if isinstance(line, Row):
            log.rows.append(line)
        else:
            log.bad.append(line)
    return log


def lines(path: Path, needed: set[str]) -> Iterator[Row | BadRow]:
    """The log line by line, however long it is. LogError when it cannot be read or lacks a column of `needed`."""
    if is_xes(path):
        yield from xes_lines(path, needed)
        return
    try:
        with opened(path) as file:
            reader = csv.reader(bounded(file, path), strict=True, delimiter=_delimiter(file))
            header = next(reader, None)
            if header is None:
                raise LogError(f"{path} is empty; a log begins with a line of column names")
            missing = sorted(needed - set(header))
            if missing:
                raise LogError(f"{path} has no column {', '.join(missing)}; its columns: {', '.join(header)}")
            line = reader.line_num + 1
            for values in reader:
                if len(values) == len(header):
                    yield Row(line, dict(zip(header, values, strict=True)))
                elif values:
                    yield BadRow(line, f"{len(values)} values for {len(header)} columns")
                line = reader.line_num + 1
    except (OSError, EOFError) as error:
        raise LogError(f"{path} cannot be read: {error.strerror if isinstance(error, OSError) else error}") from None
    except UnicodeDecodeError as error:
        raise LogError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except csv.Error as error:
        raise LogError(f"{path} is no CSV: {error}") from None


def _delimiter(file: TextIO) -> str:
    """Comma, semicolon or tab: whichever the header has most of."""
    header = file.readline(LONGEST_LINE)
    file.seek(0)
    return max(",;\t", key=header.count)
