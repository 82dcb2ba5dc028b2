"""The documentation page works on a machine that reaches nothing but this API."""

from __future__ import annotations

import re

import httpx

from tests.api.conftest import World


async def test_the_page_and_all_it_loads_come_from_here(world: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://escalade") as http:
        page = (await http.get("/docs")).text
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert loaded
        for address in [*loaded, "/openapi.json"]:
            assert address.startswith("/"), address
            assert (await http.get(address)).status_code == 200, address
