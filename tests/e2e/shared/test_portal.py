"""A client's walk through the portal, and support's through the board, against the real engine and worker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages.language import COOKIE
from tests.e2e.running import Caller, Running
from tests.pages.conftest import chromium

__all__ = ["chromium"]

PATIENTLY = 60_000
"""Milliseconds: the engine, the worker and the browser share a machine with whatever else runs."""


def signed_in(browser: Browser, stack: Running, key: str) -> Page:
    """A page of somebody who came with that key."""
    context = browser.new_context(base_url=stack.api, locale="en-GB", timezone_id="Europe/Paris")
    context.set_default_timeout(PATIENTLY)
    context.add_cookies([{"name": COOKIE, "value": "en", "url": stack.api}])  # whatever the contact's own language
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("summary").click()  # a key is the programs' way, so its field is folded away
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Sign in with the key").click()
    expect(page).not_to_have_url(re.compile("/sign-in"), timeout=PATIENTLY)
    return page


def done(page: Page, words: str) -> None:
    expect(page.locator("[role=status]").first).to_contain_text(words, timeout=PATIENTLY)


@pytest.mark.timeout(600)
def test_a_ticket_goes_from_the_clients_form_to_its_consent_and_back(stack: Running, chromium: Browser) -> None:
    organisation = next(one for one in stack.demo["organisations"] if one["agreement"] == "onelife")
    client = signed_in(chromium, stack, organisation["key"])
    support = Caller(stack.api, stack.demo["keys"]["level1"])
    client.goto("/portal/new")
    client.get_by_label("What is it about?").fill("The labels come out blank")
    client.get_by_label("What happens, and what should happen instead?").fill("Since this morning.")
    client.get_by_role("button", name="File the ticket").click()
    done(client, "Your ticket is filed.")
    ticket = client.url.split("/")[-1].split("?")[0]

    asked = support.post(f"/v1/tickets/{ticket}/questions", {"question": "Which printer?"})
    assert asked.status_code == 200, asked.text
    client.reload()
    client.get_by_label("Your answer").fill("The second one.")
    client.get_by_role("button", name="Send the answer").click()
    done(client, "Your answer has reached us.")

    desk = signed_in(chromium, stack, stack.demo["keys"]["level1"])
    desk.goto(f"/board/tickets/{ticket}")
    expect(desk.locator(".timeline")).to_contain_text("The second one.", timeout=PATIENTLY)
    desk.locator("summary", has_text="Propose a resolution").click()
    form = desk.locator("#step-resolve")
    form.get_by_label("What was done").fill("The second printer has its layout again.")
    form.get_by_role("button", name="Propose it").click()
    done(desk, "The client is asked for consent.")

    client.goto(f"/portal/tickets/{ticket}/consent")
    expect(client.locator(".solution-box")).to_contain_text("its layout again", timeout=PATIENTLY)
    client.get_by_role("button", name="Yes, it is solved").click()
    done(client, "Thank you: you have agreed that it is solved.")
    client.locator("summary", has_text="reopen the ticket").click()
    client.get_by_label("What happens again?").fill("Blank again.")
    client.get_by_role("button", name="Reopen", exact=True).click()
    done(client, "The ticket is open again.")
    assert support.get(f"/v1/tickets/{ticket}")["round"] == 2
