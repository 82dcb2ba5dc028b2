"""One ticket on the board: from the queue to consent in a browser, and what happens while somebody is typing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.pages.board.scenes import busy, done, opened, run
from tests.pages.conftest import Site, chromium, database, faults, filled, site

__all__ = ["chromium", "database", "filled", "site"]


def take(page: Page, step: str, **fields: str) -> None:
    """Opens a step's form, fills it in and sends it."""
    part = page.locator(f"#step-{step}")
    if not part.is_visible():
        page.locator(".steps .more > summary").click()
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    for name, value in fields.items():
        field = part.locator(f"[name='{name}']")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    part.locator("form button").click()


def test_staff_takes_a_ticket_from_the_queue_to_consent(site: Site) -> None:
    ticket = opened(site.world)
    page = site.visit("level1")
    page.goto("/board?view=unassigned")
    page.get_by_role("link", name=ticket).click()
    expect(page.locator(".head")).to_contain_text("Nobody has answered the client yet")
    take(page, "triage", severity="critical", reason="No badge works.", assignee="bob")
    expect(page.locator("[role=status]").first).to_contain_text("The severity is set")
    take(page, "acknowledge", means="call", text="We have called you.")
    expect(page.locator(".head")).to_contain_text("In work at")
    take(page, "ask", question="Which firmware?")
    expect(page.locator(".head")).to_contain_text("Waits for the client")
    done(site.world, "client", ticket, "answers", text="4.2")
    expect(page.locator(".timeline")).to_contain_text("4.2")
    site.world.turn(minutes=60)
    page.reload()
    take(page, "note", text="Same controller as last week.")
    expect(page.locator(".timeline .internal")).to_contain_text("Same controller")
    take(page, "log_time", minutes="50", work="work", text="Controller replaced.")
    expect(page.locator(".facts")).to_contain_text("Intervention report")
    take(page, "resolve", kind="fix", text="Replaced.", cause="configuration", cause_text="A wrong zone.")
    expect(page.locator(".head")).to_contain_text("consent of the client")
    done(site.world, "client", ticket, "consent")
    expect(page.locator(".head")).to_contain_text("consent of the provider", timeout=20_000)
    take(page, "consent")
    expect(page.locator(".head")).to_contain_text("Closed")
    assert page.locator("#step-resolve").count() == 0
    assert site.world.engine.runs[ticket].state.entries[0].worked == 50


def test_a_step_that_is_refused_keeps_what_was_typed_and_says_why(site: Site) -> None:
    ticket = opened(site.world)
    done(site.world, "level1", ticket, "triage", severity="critical", reason="x", assignee="bob")
    page = site.visit("level1")
    page.goto(f"/board/tickets/{ticket}")
    take(page, "resolve", kind="fix", text="Replaced.", cause="bug", cause_text="Driver.")
    expect(page.locator("#step-resolve [role=alert]")).to_contain_text("needs a bug report")
    expect(page.locator("#resolve-text")).to_have_value("Replaced.")
    take(page, "comment", text="")
    expect(page.locator("#comment-text-fault")).to_have_text("Please fill this in.")
    assert faults(page) == []


def test_only_what_is_possible_is_offered_and_operations_only_look(site: Site) -> None:
    ticket = opened(site.world)
    page = site.visit("level1")
    page.goto(f"/board/tickets/{ticket}")
    assert page.locator("#step-triage").count() == 1
    for impossible in ("consent", "reopen", "keep_commitment", "leave_defect", "restore_service"):
        assert page.locator(f"#step-{impossible}").count() == 0, impossible
    watching = site.visit("operations")
    watching.goto(f"/board/tickets/{ticket}")
    expect(watching.locator(".clocks")).to_contain_text("TF-07")
    assert watching.locator("form[action*=steps]").count() == 0


def test_what_somebody_types_stays_while_another_acts_and_it_is_said(site: Site) -> None:
    ticket = opened(site.world)
    page = site.visit("level1")
    page.goto(f"/board/tickets/{ticket}")
    page.locator("#step-note summary").click()
    page.locator("#note-text").fill("Half a sentence")
    done(site.world, "consultant", ticket, "triage", severity="important", reason="Only one gate.", assignee="clara")
    expect(page.locator("[data-meanwhile]")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Clara")
    expect(page.locator("#note-text")).to_have_value("Half a sentence")
    page.locator("#step-note form button").click()
    expect(page.locator(".timeline .internal")).to_contain_text("Half a sentence")


def test_a_file_goes_with_a_comment_and_can_be_opened(site: Site) -> None:
    ticket = opened(site.world)
    page = site.visit("level1")
    page.goto(f"/board/tickets/{ticket}")
    page.locator("#step-comment summary").click()
    page.locator("#comment-files").set_input_files(
        {"name": "plate.txt", "mimeType": "text/plain", "buffer": b"Type 4.2\n"}
    )
    page.locator("#comment-text").fill("See the type plate.")
    page.locator("#step-comment form button").click()
    link = page.locator(".timeline .file a")
    expect(link).to_have_text("plate.txt")
    assert run(site.world.get("level1", str(link.get_attribute("href")))).status_code == 200


def test_the_timeline_can_be_narrowed_to_words_to_notes_and_widened_to_all(site: Site) -> None:
    ticket = opened(site.world)
    done(site.world, "level1", ticket, "notes", text="For us only.")
    page = site.visit("level1")
    page.goto(f"/board/tickets/{ticket}?show=internal")
    expect(page.locator(".timeline li")).to_have_count(1)
    page.goto(f"/board/tickets/{ticket}?show=words")
    expect(page.locator(".timeline li")).to_have_count(2)
    page.goto(f"/board/tickets/{ticket}?show=everything")
    expect(page.locator(".timeline")).to_contain_text("Clock response started")


def test_every_ticket_of_a_busy_day_can_be_read_by_everybody_on_every_screen(site: Site) -> None:
    tickets = busy(site.world)
    for name in ("waiting", "resolved"):
        page = site.visit("level1", telephone=name == "waiting", language="fr" if name == "waiting" else "en")
        page.goto(f"/board/tickets/{tickets[name]}")
        for fold in page.locator(".steps > details > summary").all():
            fold.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= (390 if name == "waiting" else 1280)
        assert faults(page) == []
