"""One's own wishes on a page: said by ticks, kept, shown again; what cannot be read is shown with what was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from domain.words import Subject
from store import directory, preferences
from tests.pages.conftest import Site, chromium, database, faults, filled, site

__all__ = ["chromium", "database", "filled", "site"]


def test_a_contact_says_what_it_wishes_and_finds_it_again(site: Site) -> None:
    page = site.visit("client")
    page.goto("/account")
    page.get_by_role("link", name="Messages to you").click()
    expect(page.locator("main")).to_contain_text("always by e-mail: that a ticket has reached us")
    page.get_by_label("Closing and reopening, by e-mail").uncheck()
    page.get_by_label("Hours and quotes, by chat").uncheck()
    quiet = page.locator("fieldset.quiet-hours").first
    quiet.get_by_label("They begin at").fill("19:00")
    quiet.get_by_label("They end at").fill("08:00")
    quiet.get_by_label("Sun").uncheck()
    page.get_by_label("Language of the messages").select_option("en")
    page.get_by_role("button", name="Keep these wishes").click()
    expect(page.locator("[role=status]")).to_contain_text("Your wishes are kept")
    kept = preferences.read(site.world.database, "contact", "anna")
    assert kept.ways == {Subject.closing: ("chat",), Subject.money: ("mail",)}
    assert [(one.since, one.until, one.zone, len(one.days)) for one in kept.quiet] == [
        ("19:00", "08:00", "Europe/Paris", 6)
    ]
    found = directory.contact(site.world.database, "anna")
    assert found is not None
    assert found.language == "en"
    expect(page.get_by_label("Closing and reopening, by e-mail")).not_to_be_checked()
    expect(page.locator("fieldset.quiet-hours")).to_have_count(2)


def test_a_zone_that_is_none_is_refused_with_what_was_typed(site: Site) -> None:
    page = site.visit("level1", language="fr")
    page.goto("/account/preferences")
    quiet = page.locator("fieldset.quiet-hours").first
    quiet.get_by_label("Début").fill("19:00")
    quiet.get_by_label("Fuseau horaire").fill("Paris")
    page.get_by_role("button", name="Garder ces souhaits").click()
    refused = page.locator("[role=alert]")
    expect(refused).to_contain_text("Ce fuseau horaire n’existe pas")
    expect(refused).to_contain_text("Donnez les deux heures")
    expect(page.locator("fieldset.quiet-hours").first.get_by_label("Fuseau horaire")).to_have_value("Paris")
    assert preferences.read(site.world.database, "staff", "bob").quiet == ()


@pytest.mark.parametrize("who", ["client", "level1"])
def test_it_can_be_used_on_a_telephone_and_in_the_dark(site: Site, who: str) -> None:
    page = site.visit(who, language="fr", telephone=True)
    page.goto("/account/preferences")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert faults(page) == []
