"""The sign-in page in a browser: both languages, both screens, by keyboard alone."""

from __future__ import annotations

import pytest

from tests.api.identity.test_links import secret_of, waiting
from tests.pages.conftest import Site, faults


@pytest.mark.parametrize("telephone", [False, True], ids=["desk", "telephone"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_client_asks_for_a_link_and_signs_in_by_its_button(site: Site, language: str, telephone: bool) -> None:
    page = site.visit(None, language=language, telephone=telephone)
    page.goto("/sign-in?next=/v1/me")
    site.shoot(page, f"sign-in-{language}-{telephone}")
    assert faults(page) == []
    page.fill("#email", "anna@acme.example")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    site.shoot(page, f"sent-{language}-{telephone}")
    assert faults(page) == []
    for _ in range(200):
        if waiting(site.world):
            break
        page.wait_for_timeout(50)
    page.goto(f"/sign-in/link/{secret_of(site.world, waiting(site.world)[0])}")
    site.shoot(page, f"link-{language}-{telephone}")
    assert faults(page) == []
    page.locator("main button").press("Enter")
    page.wait_for_url("**/v1/me")
    assert '"anna"' in page.content()


def test_a_key_signs_in_without_a_mouse(site: Site) -> None:
    page = site.visit(None)
    page.goto("/sign-in?next=/v1/me")
    page.locator("summary").press("Enter")
    page.fill("#key", "esk_wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    site.shoot(page, "wrong-key")
    assert faults(page) == []
    page.fill("#key", site.world.keys["level1"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/v1/me")
    assert '"bob"' in page.content()


def test_a_link_in_another_browser_asks_who_it_is_and_a_spent_one_says_so(site: Site) -> None:
    asking = site.visit(None)
    asking.goto("/sign-in")
    asking.fill("#email", "max@support.example")
    asking.keyboard.press("Enter")
    asking.wait_for_selector("[role=status]")
    for _ in range(200):
        if waiting(site.world):
            break
        asking.wait_for_timeout(50)
    other = site.visit(None, telephone=True)
    other.goto(f"/sign-in/link/{secret_of(site.world, waiting(site.world)[0])}")
    site.shoot(other, "other-browser")
    assert faults(other) == []
    other.check("[name=confirmed]")
    other.locator("main button").click()
    other.wait_for_url("**/board")
    again = site.visit(None)
    again.goto(f"/sign-in/link/{secret_of(site.world, waiting(site.world)[0])}")
    site.shoot(again, "spent")
    assert faults(again) == []
    assert "does not work any more" in again.content()
