"""A log's rows ticket by ticket, each in the order of time, in bounded memory: sorted in parts on disk, then merged."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import IO

from foresight.rows import BadRow, Row

PART = 20_000
"""Rows that are sorted in memory at once."""
CHUNK = 50
"""Rows of one part that are read back at once: few, for a long log has many parts."""

Entry = tuple[str, datetime, int, Row]
"""Ticket, instant, line, row: sorted by the first three."""
Recorded = list[tuple[datetime, Row]]
"""The rows of one ticket with their instants."""


def by_ticket(
    rows: Iterable[Row | BadRow],
    read: Callable[[Row], tuple[str, datetime]],
    bad: Callable[[BadRow], None],
    part: int = PART,
) -> Iterator[tuple[str, Recorded]]:
    """Each ticket with its rows, in the order of the tickets' names.

    `read` gives a row's ticket and instant, or a ValueError that says what is wrong; such rows, and those that were
    bad before, are told to `bad`: none is dropped silently.
    """
    with tempfile.TemporaryFile() as disk:
        starts: list[int] = []
        held: list[Entry] = []
        for row in rows:
            if isinstance(row, BadRow):
                bad(row)
                continue
            try:
                ticket, at = read(row)
            except ValueError as error:
                bad(BadRow(row.line, str(error)))
                continue
            held.append((ticket, at, row.line, row))
            if len(held) >= part:
                starts.append(_put(disk, held))
                held = []
        held.sort(key=itemgetter(0, 1, 2))
        parts = [_got(disk, start) for start in starts]
        merged: Iterable[Entry] = heapq.merge(*parts, held, key=itemgetter(0, 1, 2)) if parts else held
        for ticket, entries in groupby(merged, key=itemgetter(0)):
            yield ticket, [(at, row) for _, at, _, row in entries]


def _put(disk: IO[bytes], held: list[Entry]) -> int:
    held.sort(key=itemgetter(0, 1, 2))
    start = disk.seek(0, 2)
    for place in range(0, len(held), CHUNK):
        plain = [(ticket, at, line, row.values) for ticket, at, line, row in held[place : place + CHUNK]]
        pickle.dump(plain, disk, protocol=pickle.HIGHEST_PROTOCOL)
    pickle.dump(None, disk)
    return start


def _got(disk: IO[bytes], start: int) -> Iterator[Entry]:
    place = start
    while True:
        disk.seek(place)  # every part reads from the same file
        chunk = pickle.load(disk)
        place = disk.tell()
        if chunk is None:
            return
        for ticket, at, line, values in chunk:
            yield ticket, at, line, Row(line, values)
