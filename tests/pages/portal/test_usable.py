"""Every page of the portal as people need it: by axe, on a telephone, in the dark, without a word from the browser."""

from __future__ import annotations

import pytest

from store import provider
from tests.pages.conftest import faults
from tests.pages.portal.conftest import Desk, told
from tests.pages.portal.test_pages import OF_A_TICKET, STANDING


@pytest.mark.parametrize(("language", "telephone"), [("en", False), ("fr", True)])
def test_no_page_keeps_anybody_from_using_it(desk: Desk, language: str, telephone: bool) -> None:
    provider.save_service(
        desk.site.world.database, provider.Service(id="sites", name="Sites", agreement="trackforce", monitor="sites")
    )
    ticket = desk.open(subject="Portes " * 30)
    desk.resolve(ticket, "The controller has been replaced.\n\n" + "x" * 300)
    page = desk.site.visit("client", language=language, telephone=telephone)
    complaints = told(page)
    for path in [*STANDING, *(f"/portal/tickets/{ticket}{part}" for part in OF_A_TICKET)]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert [fault for fault in faults(page) if "color-contrast" in fault] == [], path
        page.emulate_media(color_scheme="light")
    assert complaints == []
