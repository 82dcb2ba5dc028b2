"""The simulator and the real workflow tell the same life: the same events at the same instants, field for field.

A sample; `python -m bench equality` compares 200 random lives for each agreement and 300 tickets of each log.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agreements import load, published
from cli.replay import mapping_from, read_tickets
from domain.events import Event
from foresight.logfile import read_log
from foresight.recorded import first_instant, shift_for
from foresight.retelling import retell
from tests.foresight.comparing import differences
from tests.foresight.equality import compare
from tests.foresight.logs import ROOT, SAMPLE
from tests.foresight.random_lives import packages, random_tickets

pytestmark = pytest.mark.timeout(300)
LIVES = 4


@pytest.mark.parametrize("agreement", sorted(published()))
def test_random_lives_are_told_alike(agreement: str, tmp_path: Path) -> None:
    tickets = list(random_tickets(agreement, seed=20261126, count=LIVES))
    found = compare(tickets, tmp_path, lambda ticket: packages(ticket.id, ticket.opened_at))
    assert found.different == {}
    assert len(found.delayed) < LIVES
    assert found.tickets == LIVES
    assert found.events > 30
    assert found.refused > 5  # a refusal is compared too


def test_a_recorded_log_is_told_alike(tmp_path: Path) -> None:
    mapping = mapping_from(ROOT / "mappings/sample.yaml")
    log = read_log(SAMPLE, mapping.named)
    years = shift_for(first_instant(log.rows, mapping) or datetime.now(UTC), datetime.now(UTC))
    reading = read_tickets(log, mapping, load(published()["trackforce"]), years, tickets=12, spread=True)
    found = compare(reading.tickets, tmp_path)
    assert found.different == {}
    assert len(found.delayed) < len(reading.tickets)


def test_a_difference_would_be_found() -> None:
    ticket = next(iter(random_tickets("trackforce", seed=1, count=1)))
    life, _ = retell(ticket)
    events = life.events
    changed = events[-1].model_copy(update={"at": events[-1].at.replace(year=events[-1].at.year + 1)})
    assert list(differences(events, events)) == []
    assert len(list(differences(events, [*events[:-1], changed]))) == 1
    assert "only the simulator has event" in next(iter(differences(events, events[:-1])))
    sentence: list[Event] = [*events[:3], *events[4:]]
    assert list(differences(events, sentence)) != []
