"""What a ticket's life costs in history events: counted, so the same on every machine."""

from __future__ import annotations

from bench.life import RATIO, run


async def test_a_life_costs_little_more_than_the_engine_needs_for_it() -> None:
    rows = {row.what: row for row in await run()}
    assert rows["the written-down life"].events <= RATIO * rows["the written-down life"].floor
    assert rows["a pause of two days"].events < 100
    assert rows["ten pauses of a day"].events < 250
