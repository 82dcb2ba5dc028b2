"""The manager's view, the other lists, operations, in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.board.scenes import busy, done, opened, run
from tests.pages.conftest import Site, chromium, database, faults, filled, site

__all__ = ["chromium", "database", "filled", "site"]

PAGES = (
    "/board", "/board/overview", "/board/messages", "/board/refused", "/board/defects", "/board/releases",
    "/board/clients", "/board/clients/acme", "/board/staff", "/board/calls", "/board/alerts", "/board/services",
    "/board/maintenance", "/board/hours", "/operations/messages", "/operations/webhooks", "/operations/channels",
    "/operations/audit", "/operations/runbook",
)  # fmt: skip
MAIL = {"channel": "email", "from": "somebody@acme.example", "subject": "Printer", "text": "It is broken."}
DEFECT = {"id": "D-417", "title": "The driver loses its connection", "description": "Seen at five sites."}


def test_every_page_can_be_read_by_everybody_in_both_languages(site: Site) -> None:
    busy(site.world)
    site.world.turn(hours=3)
    run(site.world.post("level1", "/v1/messages", MAIL))
    run(site.world.post("level1", "/v1/defects", DEFECT))
    page, telephone = site.visit("manager"), site.visit("manager", language="fr", telephone=True)
    for path in (*PAGES, "/board/defects/D-417", "/operations"):
        for one, width in ((page, 1280), (telephone, 390)):
            answer = one.goto(path)
            assert answer is not None, path
            assert answer.status == 200, path
            assert one.evaluate("document.documentElement.scrollWidth") <= width, path
            assert faults(one) == [], path


def test_the_overview_tells_what_is_near_what_was_missed_and_who_has_how_much(site: Site) -> None:
    tickets = busy(site.world)
    site.world.turn(hours=2)
    page = site.visit("manager")
    page.goto("/board/overview?ahead=today")
    expect(page.locator("main")).to_contain_text(tickets["late"])
    missed = page.locator("section", has=page.get_by_role("heading", name="Missed", exact=True))
    expect(missed).to_contain_text(tickets["new0"])
    expect(missed).to_contain_text("still open")
    expect(page.locator(".loads").first).to_contain_text("Bob")
    page.goto("/board/overview?organisation=beta")
    expect(missed).to_contain_text("Nothing was missed")


def test_a_message_is_matched_or_put_away(site: Site) -> None:
    run(site.world.post("level1", "/v1/messages", MAIL))
    page = site.visit("level1")
    page.goto("/board/messages")
    expect(page.locator("article")).to_contain_text("the sender is not known")
    page.get_by_role("button", name="It was theirs").click()
    expect(page.locator("[role=alert]")).to_contain_text("Say whose it was")
    page.get_by_label("Whose it was").fill("anna")
    page.get_by_role("button", name="It was theirs").click()
    expect(page.locator("[role=status]")).to_contain_text("A ticket was opened")
    run(site.world.post("level1", "/v1/messages", {**MAIL, "subject": "Advertisement"}))
    page.goto("/board/messages")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("main")).to_contain_text("Every message has found its ticket")


def test_operations_see_what_is_stuck_and_what_is_well(site: Site) -> None:
    ticket = opened(site.world)
    site.world.now = site.world.now.replace(hour=23)
    page = site.visit("operations")
    page.goto("/operations")
    expect(page.locator("main")).to_contain_text("stuck: nothing has acted")
    expect(page.get_by_role("link", name="Temporal", exact=True).first).to_have_attribute(
        "href", f"http://127.0.0.1:8233/namespaces/default/workflows/ticket-{ticket}"
    )
    finding = page.locator("article.finding", has_text="clocks-overdue")
    expect(finding).to_contain_text(f"ticket-{ticket}")
    site.world.engine.away = True
    page.reload()
    expect(page.locator(".figure-box.bad").first).to_contain_text("Engine")
    page.get_by_role("link", name="Runbook: engine-away").click()
    expect(page.get_by_role("heading", name="engine-away")).to_be_in_viewport()
    assert faults(page) == []


def test_a_defect_shows_its_news_and_the_tickets_that_wait(site: Site) -> None:
    ticket = opened(site.world)
    run(site.world.post("level1", "/v1/defects", DEFECT))
    done(site.world, "level1", ticket, "triage", severity="critical", reason="x", assignee="bob")
    done(site.world, "level1", ticket, "defect", defect="D-417", reason="The driver.", no_workaround=True)
    page = site.visit("rnd")
    page.goto("/board/defects")
    page.get_by_role("link", name="D-417").click()
    expect(page.locator("main")).to_contain_text(ticket)
    expect(page.locator("main")).to_contain_text("waits")
