"""A sample of the soak: a few tickets through eight virtual months. `make soak` lets 500 of them live."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.soak.picture import draw
from bench.soak.run import LIMIT, SLACK, Look, Soak, soak
from bench.soak.tickets import FIRST, MONTH, crowd, end
from tests.foresight.equality import Compared
from tests.foresight.random_lives import YEARS

pytestmark = pytest.mark.timeout(300)
TICKETS, MONTHS = 8, 8


async def test_eight_months_go_by_and_every_update_goes_out_at_its_instant(tmp_path: Path) -> None:
    said: list[str] = []
    found = await soak(1, TICKETS, MONTHS, tmp_path, said.append)
    assert found.compared.different == {}
    assert found.compared.tickets == TICKETS
    assert found.updates > 100
    assert found.overdue == 0
    assert found.runs > TICKETS, "a ticket that stays open for months continues as new"
    assert max(one.longest for one in found.looks) <= found.longest <= LIMIT + SLACK
    assert said
    draw(found, tmp_path / "soak.svg")
    assert "virtual months" in (tmp_path / "soak.svg").read_text()


def test_the_months_hold_both_clock_changes_and_the_years_end() -> None:
    zone = ZoneInfo("Europe/Paris")
    offsets = {(FIRST + number * MONTH).astimezone(zone).utcoffset() for number in range(MONTHS + 1)}
    assert len(offsets) == 2
    assert FIRST.astimezone(zone).utcoffset() == end(MONTHS).astimezone(zone).utcoffset()
    assert end(MONTHS).year == FIRST.year + 1 == 2027 + YEARS


def test_the_same_seed_gives_the_same_crowd() -> None:
    assert crowd(3, 8, 8) == crowd(3, 8, 8) != crowd(4, 8, 8)


def test_what_did_not_hold_is_said() -> None:
    found = Soak(tickets=2, months=8, compared=Compared(different={"S1-1": ["event 3 is missing"]}), latest=60.0)
    found.longest, found.runs, found.overdue = 900, 2, 1
    for days, memory in ((70, 100), (239, 200)):
        found.looks.append(Look(FIRST + days * MONTH / 30, 2, memory, 0, 10, 2, 5))
    told = " ".join(found.wrong)
    for word in ("S1-1", "900 events", "no run", "60.0 s", "2.00 times", "should have acted"):
        assert word in told
