"""Webhooks, chat channels, services, maintenance and hour packages on pages: what the API does, for people."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from store import chat_channels, directory, hours, provider, webhooks
from tests.api.conftest import World, database, filled, world
from tests.api.lived_in import lived_in
from tests.pages.board.test_choices_by_name import options
from tests.pages.board.test_lists_of_operations import page

__all__ = ["database", "filled", "world"]
HOOK = "https://9.9.9.9/escalade"


async def post(world: World, who: str, path: str, /, **data: str | list[str]) -> httpx.Response:
    async with world.browser(who) as browser:
        return await browser.post(path, data=data)


async def test_a_webhook_is_added_tried_changed_and_removed_and_its_secret_is_shown_once(world: World) -> None:
    refused = await post(world, "manager", "/operations/webhooks", url="http://10.0.0.1/", **{"events[]": ["*"]})
    assert refused.status_code == 422
    assert 'value="http://10.0.0.1/"' in refused.text
    added = await post(
        world, "manager", "/operations/webhooks", url=HOOK, description="our desk", organisation="acme",
        **{"events[]": ["ticket.*", "quote.made"]},
    )  # fmt: skip
    secret = re.search(r"whsec_[\w+/=]+", added.text)
    assert added.status_code == 200
    assert secret
    (one,), _next = webhooks.find(world.database, "acme", None)
    at = f"/operations/webhooks/{one.id}"
    shown = await page(world, "manager", at)
    assert secret[0] not in shown
    assert "whsec" not in shown
    tried = await post(world, "operations", f"{at}/test")
    assert tried.headers["location"] == f"{at}?done=test"
    assert "webhook.test" in await page(world, "operations", at)
    changed = await post(world, "manager", f"{at}/change", url=HOOK, description="", **{"events[]": ["*"]})
    assert changed.status_code == 303, changed.text
    kept = webhooks.read(world.database, one.id)
    assert kept
    assert (kept.events, kept.description) == (("*",), "")
    await post(world, "manager", f"{at}/switch", active="false")
    assert "Switch on" in await page(world, "manager", at)
    assert HOOK not in await page(world, "manager", "/operations/webhooks?active=true")
    fresh = await post(world, "manager", f"{at}/secret", overlap_hours="2")
    assert "whsec_" in fresh.text
    assert secret[0] not in fresh.text
    assert (await post(world, "operations", f"{at}/remove")).status_code == 403
    assert (await post(world, "manager", f"{at}/remove")).headers["location"] == "/operations/webhooks?done=remove"
    assert webhooks.read(world.database, one.id) is None


async def test_a_chat_channel_is_added_for_somebody_by_name_and_its_address_is_never_shown(world: World) -> None:
    directory.save(world.database, directory.Mailbox(kind="team", id="support", email="support@support.example"))
    empty = await page(world, "manager", "/operations/channels")
    assert options(empty, "owner", attributes='id="add-owner" ')["team/support"] == "Level 1"
    url = "json://chat.example/token-of-ours"
    body: dict[str, str | list[str]] = {"name": "The room", "owner": "team/support", "subjects[]": ["opening"]}
    unknown = await post(world, "manager", "/operations/channels", **body, url="nothing://x")
    assert unknown.status_code == 422
    assert "Apprise does not understand" in unknown.text
    added = await post(world, "operations", "/operations/channels", **body, url=url)
    assert added.headers["location"] == "/operations/channels?done=add", added.text
    (one,), _next = chat_channels.find(world.database)
    at = f"/operations/channels/{one.id}"
    told = await page(world, "operations", at) + await page(world, "manager", "/operations/channels")
    assert "token-of-ours" not in told
    assert told.count("New tickets") >= 2
    await post(world, "manager", f"{at}/change", name="The large room")
    kept = chat_channels.read(world.database, one.id)
    assert kept
    assert (kept.name, kept.subjects, kept.url) == ("The large room", (), one.url)
    await post(world, "manager", f"{at}/switch", active="false")
    assert "switched off" in await page(world, "manager", at)
    await post(world, "manager", f"{at}/remove")
    assert chat_channels.read(world.database, one.id) is None


async def test_a_service_tells_how_available_it_was_and_maintenance_is_planned_and_cancelled(world: World) -> None:
    things = await lived_in(world)
    told = await page(world, "level1", "/board/services/sites")
    assert things.outage in told
    assert "99.5%" in told
    assert "Another database." in told
    again = await post(world, "manager", "/board/services", id="sites", name="Sites", agreement="trackforce")
    assert again.status_code == 409
    added = await post(world, "manager", "/board/services", id="badges", name="Badges", agreement="trackforce")
    assert added.headers["location"] == "/board/services/badges?done=add", added.text
    changed = await post(world, "operations", "/board/services/badges", name="Badge office", monitor="badges-prod")
    assert changed.status_code == 303
    service = provider.service(world.database, "badges")
    assert service
    assert (service.name, service.monitor, service.agreement) == ("Badge office", "badges-prod", "trackforce")

    span = {"starts_at": "2026-03-15T22:00", "ends_at": "2026-03-15T23:00"}
    planned = await post(world, "level1", "/board/maintenance", service="badges", text="New readers.", **span)
    assert planned.headers["location"] == "/board/maintenance?done=plan", planned.text
    (window,), _next = provider.windows(world.database, provider.WindowFilter(service="badges"))
    assert window.starts_at.isoformat() == "2026-03-15T21:00:00+00:00"
    assert "New readers." in await page(world, "operations", "/board/maintenance?which=ahead&service=badges")
    assert "New readers." not in await page(world, "operations", "/board/maintenance?which=past")
    twice = await post(world, "level1", "/board/maintenance", service="badges", text="Twice.", **span)
    assert twice.status_code == 409
    assert "Twice." in twice.text
    at = f"/board/maintenance/{window.id}"
    assert (await post(world, "level1", at)).status_code == 422
    assert (await post(world, "level1", at, reason="Not ready.")).headers["location"] == f"{at}?done=cancel"
    assert "Not ready." in await page(world, "manager", at)
    assert window.id in await page(world, "manager", "/board/maintenance?which=cancelled")


async def test_hours_are_sold_under_a_contract_and_all_clients_packages_are_listed(world: World) -> None:
    held = directory.Contract(
        id="acme-h", organisation="acme", agreement="onelife", valid_from=world.now - timedelta(days=30)
    )
    directory.save(world.database, held)
    form = await page(world, "level1", "/board/hours")
    offered = options(form, "contract", attributes='id="sell-contract" ')
    assert set(offered) == {"", "acme-h"}
    assert "since" in offered["acme-h"]
    assert (await post(world, "manager", "/board/hours", contract="acme-h", hours="7")).status_code == 422
    sold = await post(world, "level1", "/board/hours", contract="acme-h", hours="10")
    assert sold.headers["location"] == "/board/hours?organisation=acme&done=sell", sold.text
    (package,) = hours.packages(world.database, "acme")
    assert package.sold_by == "bob"
    for path in ("/board/hours", "/board/hours?organisation=acme&in_force=true", "/board/hours?order=newest"):
        assert package.id in await page(world, "manager", path), path
    for path in ("/board/hours?organisation=beta", "/board/hours?in_force=false"):
        assert package.id not in await page(world, "manager", path), path
    assert "Sell the package" not in await page(world, "consultant", "/board/hours")
