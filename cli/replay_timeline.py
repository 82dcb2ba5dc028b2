"""The recorded tickets on one timeline: what was done at each instant, and what the log says further on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from foresight.recorded import RecordedStep, RecordedTicket

Due = tuple[RecordedTicket, list[RecordedStep | None]]
"""A ticket and what was done on it at one instant, in order; None is its opening."""


def instants(
    tickets: Sequence[RecordedTicket],
) -> Iterator[tuple[datetime, list[Due]]]:
    """Instant after instant, what happens then."""
    timeline: list[tuple[datetime, int, int, RecordedStep | None]] = []
    for number, ticket in enumerate(tickets):
        timeline.append((ticket.opened_at, number, -1, None))
        timeline += [(step.at, number, place, step) for place, step in enumerate(ticket.steps)]
    timeline.sort(key=lambda entry: entry[:3])
    for at, entries in groupby(timeline, key=lambda entry: entry[0]):
        by_ticket = groupby(entries, key=lambda entry: entry[1])
        yield at.astimezone(UTC), [(tickets[number], [entry[3] for entry in own]) for number, own in by_ticket]
