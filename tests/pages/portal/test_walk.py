"""A client's way through a ticket, in a browser: filed, answered, quotes, solutions refused and taken, reopened."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from api.pages.catalogue import say
from tests.pages.conftest import faults
from tests.pages.portal.conftest import Desk, told


def opened(page: Page, words: str) -> None:
    """Opens what is folded under these words."""
    page.locator("summary", has_text=words).click()


def notice(page: Page, words: str) -> None:
    expect(page.locator(".notice.good[role=status]")).to_contain_text(words)


@pytest.mark.parametrize(("language", "telephone"), [("en", False), ("fr", True)])
def test_a_client_files_answers_decides_on_quotes_and_solutions_and_reopens(
    desk: Desk, one: str, language: str, telephone: bool
) -> None:
    _ = partial(say, language)
    page = desk.site.visit(one, language=language, telephone=telephone)
    complaints = told(page)
    page.goto("/portal")
    page.get_by_role("button", name=_("File a ticket")).click()
    page.get_by_label(_("What is it about?")).fill("A new column on the delivery note")
    page.get_by_label(_("What happens, and what should happen instead?")).fill("It should show the lot.")
    page.get_by_label(_("What kind of request is it?")).select_option("update")
    first = page.locator("fieldset.fact").first
    first.get_by_label(_("Yes"), exact=True).check()
    expect(page.locator(".promised")).to_contain_text(_("taken from your hours"))
    assert faults(page) == []
    page.get_by_role("button", name=_("File the ticket")).click()
    notice(page, _("Your ticket is filed. You will hear from us as promised below."))
    expect(page.locator("h1")).to_have_text("A new column on the delivery note")
    ticket = page.url.split("/")[-1].split("?")[0]

    for item in page.locator("#steps fieldset.fact").all():
        item.get_by_label(_("Yes"), exact=True).check()
    page.get_by_role("button", name=_("Send the information")).click()
    notice(page, _("Thank you: the information has reached us."))

    desk.step("level1", ticket, "questions", question="Which lot, theirs or ours?")
    page.reload()
    expect(page.locator(".state")).to_contain_text(_("We have a question and wait for your answer."))
    assert faults(page) == []
    page.get_by_label(_("Your answer")).fill("Ours.")
    page.get_by_role("button", name=_("Send the answer")).click()
    notice(page, _("Your answer has reached us."))
    expect(page.locator(".timeline .spoken").first).to_contain_text("Ours.")

    desk.step("level1", ticket, "quotes", text="One column, with its test.", minutes=180)
    page.reload()
    opened(page, _("Refuse the quote"))
    page.get_by_label(_("Why not?")).fill("Too much.")
    page.get_by_role("button", name=_("Refuse the quote")).click()
    notice(page, _("The quote is refused."))
    desk.step("level1", ticket, "quotes", text="One column.", minutes=60)
    page.goto(f"/portal/tickets/{ticket}/quotes/2")
    expect(page.locator(".offer")).to_contain_text("One column.")
    assert faults(page) == []
    page.get_by_role("button", name=_("Order the work")).click()
    notice(page, _("The quote is accepted; the work is ordered."))

    desk.resolve(ticket, "The column is there.")
    page.goto(f"/portal/tickets/{ticket}/consent")
    assert faults(page) == []
    opened(page, _("No, it is not solved"))
    page.get_by_label(_("What still does not work?")).fill("It is empty.")
    page.get_by_role("button", name=_("Refuse the solution")).click()
    notice(page, _("We have been told that it is not solved, and go on."))
    desk.resolve(ticket, "Now it shows the lot.")
    page.goto(f"/portal/tickets/{ticket}/consent")
    page.get_by_role("button", name=_("Yes, it is solved")).click()
    notice(page, _("Thank you: you have agreed that it is solved."))
    expect(page.locator(".solution-box")).to_contain_text("Now it shows the lot.")
    assert faults(page) == []

    opened(page, _("It came back: reopen the ticket"))
    page.get_by_label(_("What happens again?")).fill("Empty since this morning.")
    page.get_by_role("button", name=_("Reopen"), exact=True).click()
    notice(page, _("The ticket is open again."))
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "the page is wider than the screen"
    )


def test_the_keyboard_alone_files_a_ticket_and_each_thing_on_the_way_shows_where_it_is(desk: Desk) -> None:
    page = desk.site.visit("client")
    page.goto("/portal/new")
    page.get_by_label("What is it about?").focus()
    page.keyboard.type("The gates stay closed")
    page.keyboard.press("Tab")
    page.keyboard.type("No badge opens them.")
    page.get_by_label("The services are inaccessible").focus()
    page.keyboard.press("Space")
    expect(page.locator(".promised")).to_contain_text("within 60 min")
    expect(page.get_by_label("The services are inaccessible")).to_be_focused()
    page.get_by_role("button", name="File the ticket").focus()
    page.keyboard.press("Enter")
    notice(page, "Your ticket is filed.")
    expect(page.locator(".promises")).to_contain_text("within 60 min")


def test_without_scripts_the_promises_are_shown_before_anything_is_filed(desk: Desk) -> None:
    context = desk.site.chromium.new_context(base_url=desk.site.address, java_script_enabled=False, locale="en-GB")
    desk.site._sign_in(context, "client", "en")
    page = context.new_page()
    page.goto("/portal/new")
    page.get_by_label("What is it about?").fill("The gates stay closed")
    page.get_by_label("What happens, and what should happen instead?").fill("No badge opens them.")
    page.get_by_label("The services are inaccessible").check()
    page.get_by_role("button", name="File the ticket").click()
    expect(page.get_by_role("alert")).to_contain_text("Look at what is asked and promised now, then send it.")
    expect(page.locator(".promised")).to_contain_text("within 60 min")
    expect(page.get_by_label("What is it about?")).to_have_value("The gates stay closed")
    page.get_by_role("button", name="File the ticket").click()
    expect(page.locator(".state")).to_contain_text("First response by")


def test_news_come_by_themselves_and_leave_alone_what_is_being_typed(desk: Desk) -> None:
    ticket = desk.open()
    page = desk.site.visit("client")
    page.clock.install()
    page.goto(f"/portal/tickets/{ticket}")
    page.get_by_label("Comment").fill("I am still writ")
    desk.step("level1", ticket, "questions", question="Which firmware does the gate show?")
    page.clock.run_for(31_000)
    expect(page.locator("#live")).to_contain_text("We have a question and wait for your answer.")
    expect(page.locator(".timeline")).to_contain_text("Which firmware does the gate show?")
    expect(page.get_by_label("Comment")).to_have_value("I am still writ")
