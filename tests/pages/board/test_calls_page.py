"""The calls that are to be made, on a page: soonest due first, taken with a button, told of at the ticket."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.board.scenes import CRITICAL, opened
from tests.pages.conftest import Site, chromium, database, filled, site

__all__ = ["chromium", "database", "filled", "site"]


def test_a_call_is_taken_from_the_list_and_told_of_at_its_ticket(site: Site) -> None:
    ticket = opened(site.world, **CRITICAL)
    site.world.turn(minutes=10)
    page = site.visit("level1")
    page.goto("/board")
    page.get_by_role("link", name="Calls to make").click()
    row = page.locator("tbody tr")
    expect(row).to_contain_text("Anna")
    expect(row).to_contain_text("nobody")
    expect(row.locator(".left")).to_be_visible()
    row.get_by_role("button", name="Take it").press("Enter")
    expect(page).to_have_url(f"{site.address}/board/calls")
    expect(row).to_contain_text("Bob")
    expect(row.get_by_role("button", name="Take it")).to_have_count(0)
    row.get_by_role("button", name="Tell of it").press("Enter")
    form = page.locator("#step-call_done")
    expect(form.get_by_label("What was said")).to_be_visible()
    form.get_by_label("What was said").fill("Half of the gates open.")
    form.get_by_role("button", name="Tell of it").click()
    expect(page.locator("[role=status]").first).to_contain_text("The call is told of")
    expect(page.locator(".timeline")).to_contain_text("Half of the gates open.")
    assert page.url.startswith(f"{site.address}/board/tickets/{ticket}")


def test_the_list_is_narrowed_down_and_says_why_it_is_empty(site: Site) -> None:
    page = site.visit("level1")
    page.goto("/board/calls")
    expect(page.locator("main")).to_contain_text("No call is to be made.")
    opened(site.world, **CRITICAL)
    page.reload()
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Taken by").select_option("nobody")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Status").select_option("missed")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("main")).to_contain_text("No call is like that.")
    page.locator(".empty").get_by_role("link", name="Without filters").click()
    expect(page.locator("tbody tr")).to_have_count(1)
