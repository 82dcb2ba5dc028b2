"""The lives that are weighed: the recorded tickets of the sample log, told under each of the four agreements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from agreements import load, published
from cli.replay import mapping_from, read_tickets
from domain.events import Event
from domain.record import Recording, Unrecorded
from domain.ticket import Ticket
from domain.words import Status
from foresight.logfile import read_log
from foresight.recorded import RecordedTicket
from foresight.retelling import retell
from tests.foresight.logs import ROOT, SAMPLE
from tests.foresight.random_lives import YEARS
from workflows import visibility


def recorded(agreement: str) -> list[RecordedTicket]:
    """The log's tickets that come to an end under the agreement, years ahead, where the test server can meet them."""
    mapping = mapping_from(ROOT / "mappings" / "sample.yaml")
    log = read_log(SAMPLE, mapping.named)
    tickets = read_tickets(log, mapping, load(published()[agreement]), YEARS, spread=True).tickets
    return [ticket for ticket in tickets if retell(ticket)[0].state.closing is not None]


def recordings(ticket: RecordedTicket, name: str, until: datetime | None = None) -> tuple[Ticket, list[Recording]]:
    """What the ticket's workflow hands to the record, step by step, under another number; up to `until`."""
    opening = ticket.opening.model_copy(update={"ticket": name})
    life, _ = retell(replace(ticket, id=name, opening=opening), until=None)
    told = [event for event in life.events if until is None or event.at <= until]
    unrecorded, state, found = Unrecorded(), None, []
    for number, step in enumerate(_steps(told), 1):
        state = unrecorded.follow(state, step)
        found.append(unrecorded.take(state, 1_000_000 + number))
    assert state is not None  # a life begins with an event
    return state, found


def upserts(ticket: RecordedTicket) -> int:
    """How often what the engine shows of the ticket changes after its start: as workflows.visibility writes it."""
    life, _ = retell(ticket)
    unrecorded, state, times = Unrecorded(), None, 0
    for step in _steps(life.events):
        before = state
        state = unrecorded.follow(state, step)
        if before is not None and state.status is not Status.archived:
            times += list(visibility.attributes(before)) != list(visibility.attributes(state))
    return times


def middle(ticket: RecordedTicket) -> datetime:
    """An instant in the middle of its open life."""
    steps = [ticket.opened_at, *(step.at for step in ticket.steps)]
    return steps[0] + (steps[-1] - steps[0]) / 2


def _steps(events: Sequence[Event]) -> Iterator[list[Event]]:
    for _, step in groupby(events, key=lambda event: (event.cause, event.at)):
        yield list(step)
