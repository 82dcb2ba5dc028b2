"""Pages of one's own account, without a browser: quiet hours and keys."""

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


async def test_the_list_of_keys_names_people_clients_and_scopes_not_their_ids(world: World) -> None:
    async with world.browser("manager") as browser:
        made = {"name": "CRM", "role": "client", "subject": "anna", "organisation": "acme", "scopes[]": "read"}
        page = (await browser.post("/account/keys", data=made)).text
    row = page[page.index('data-label="What for">CRM') :]
    row = row[: row.index("</tr>")]
    assert "Anna<br>" in row
    assert "ACME Logistics" in row
    assert "read only" in row
