"""A storm of commands on one ticket, sampled: `python -m bench storm` sends ten thousand."""

from __future__ import annotations

import pytest

from bench.standing import standing
from bench.storm import LIMIT, run


@pytest.mark.timeout(420)
async def test_a_storm_on_one_ticket_is_refused_politely_and_loses_nothing_accepted() -> None:
    async with standing() as place:
        storm = await run(place, 200, 40)
    assert storm.rude == []
    assert storm.wrong == []
    assert storm.accepted
    # None waits in vain: more than the engine takes at once would have it try all of them again and again.
    assert set(storm.refused) == {"429 too_many_commands"}
    assert max(storm.runs) < 2 * LIMIT
