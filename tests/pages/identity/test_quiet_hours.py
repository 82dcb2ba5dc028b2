"""Quiet hours on the page of one's wishes, without a browser."""

from __future__ import annotations

import pytest

from tests.api.conftest import World, database, filled, world

__all__ = ["database", "filled", "world"]

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@pytest.mark.parametrize("days", [WEEK, WEEK[:5]])
@pytest.mark.parametrize("who", ["client", "level1"])
async def test_quiet_hours_of_every_day_and_of_some_are_shown_again_as_they_were_kept(
    world: World, who: str, days: list[str]
) -> None:
    wished = {"quiet.1.since": "22:00", "quiet.1.until": "07:00", "quiet.1.zone": "Europe/Paris", "language": "en"}
    async with world.browser(who) as browser:
        kept = await browser.post("/account/preferences", data={**wished, "quiet.1.days": days})
        shown = await browser.get(kept.headers["location"])
    assert shown.status_code == 200
    assert 'value="22:00"' in shown.text
    for day in WEEK:
        assert (f'name="quiet.1.days" value="{day}" checked' in shown.text) is (day in days)
