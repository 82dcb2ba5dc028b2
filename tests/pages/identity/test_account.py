"""One's own account and keys in a browser."""

from __future__ import annotations

import pytest

from store import sessions
from tests.pages.conftest import Site, faults


@pytest.mark.parametrize(
    ("language", "telephone"), [("en", False), ("fr", True)], ids=["English, desk", "French, telephone"]
)
def test_somebody_sees_where_it_is_signed_in_and_ends_it_there(site: Site, language: str, telephone: bool) -> None:
    elsewhere = site.visit("client", language=language)
    page = site.visit("client", language=language, telephone=telephone)
    page.goto("/account")
    site.shoot(page, f"account-{language}")
    assert faults(page) == []
    rows = page.locator("table tbody tr")
    assert rows.count() == 2
    rows.nth(1).locator("button").click()
    page.wait_for_selector("[role=status]")
    assert rows.count() == 1
    assert len(sessions.of_subject(site.world.database, "anna", site.world.now)) == 1
    page.locator("main form[action='/account/sessions/end'] button").click()
    page.wait_for_url("**/sign-in")
    assert sessions.of_subject(site.world.database, "anna", site.world.now) == []
    elsewhere.close()


@pytest.mark.parametrize(
    ("language", "telephone"), [("en", False), ("fr", True)], ids=["English, desk", "French, telephone"]
)
def test_a_key_is_made_shown_once_and_revoked_on_the_page(site: Site, language: str, telephone: bool) -> None:
    page = site.visit("client", language=language, telephone=telephone)
    page.goto("/account/keys")
    page.fill("#name", "Prometheus")
    page.select_option("#role", "integrator")
    page.fill("#days", "5000")
    page.locator("main form[action='/account/keys'] button").click()
    page.wait_for_selector("#days-fault")
    assert page.input_value("#name") == "Prometheus"
    site.shoot(page, f"key-refused-{language}")
    assert faults(page) == []
    page.fill("#days", "30")
    page.check("[value=monitoring]")
    page.locator("main form[action='/account/keys'] button").click()
    page.wait_for_selector("code.secret")
    site.shoot(page, f"key-made-{language}")
    assert faults(page) == []
    assert page.locator("code.secret").inner_text().startswith("esk_")
    page.goto("/account/keys")
    assert "esk_" not in page.locator("main").inner_text()
    page.locator("tbody tr", has_text="Prometheus").locator("button").click()
    page.wait_for_selector("tbody tr .chip.bad")
    site.shoot(page, f"keys-{language}")
