"""The queue as a member of staff uses it: in a browser, with the keyboard, while others work."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from api.access.browser import COOKIE
from store import sessions
from tests.pages.board.scenes import IMPORTANT, busy, done, opened, run
from tests.pages.conftest import Site, chromium, database, faults, filled, site

__all__ = ["chromium", "database", "filled", "site"]


def shown(page: Page) -> list[str]:
    """Numbers of the tickets in the list, from the top."""
    rows = page.locator("#queue tbody tr")
    return [str(row.get_attribute("data-ticket")) for row in rows.all()]


def test_my_queue_shows_what_falls_due_first_and_how_near_it_is(site: Site) -> None:
    tickets = busy(site.world)
    page = site.visit("level1")
    page.goto("/board")
    assert shown(page)[0] == tickets["mine"]
    assert set(shown(page)) == {tickets[name] for name in ("mine", "waiting", "resolved", "elsewhere")}
    expect(page.locator(f"#t-{tickets['resolved']}")).to_contain_text("waits for consent")
    page.goto("/board?view=unassigned")
    response = page.locator(f"#t-{tickets['new0']} .dial .left").first
    expect(response).to_have_class("left calm")
    site.world.turn(minutes=70)
    page.reload()
    expect(response).to_have_class("left late")
    expect(response.locator(".says-late")).to_have_css("display", "inline")
    expect(response).to_contain_text("−10:0")
    assert faults(page) == []


def test_a_countdown_goes_on_between_two_messages_and_turns_when_a_share_is_used_up(site: Site) -> None:
    ticket = opened(site.world)
    site.world.turn(minutes=29, seconds=58)
    page = site.visit("level1")
    page.goto("/board?view=unassigned")
    response = page.locator(f"#t-{ticket} .dial .left").first
    expect(response).to_have_class("left half")
    expect(response.locator(".says-half")).to_have_css("display", "inline")


def test_a_change_by_somebody_else_appears_by_itself_and_the_counts_follow(site: Site) -> None:
    ticket = opened(site.world)
    page = site.visit("level1")
    page.goto("/board?view=unassigned")
    expect(page.locator("[data-live]")).to_be_visible()
    expect(page.locator(f"#t-{ticket}")).to_be_visible()
    done(site.world, "consultant", ticket, "triage", severity="critical", reason="x", assignee="clara")
    expect(page.locator(f"#t-{ticket}")).to_have_count(0)
    expect(page.locator("[data-view=unassigned] .count")).to_have_text("0")
    other = opened(site.world, subject="Another one")
    expect(page.locator(f"#t-{other}")).to_be_visible()
    expect(page.locator("[data-view=unassigned] .count")).to_have_text("1")


def test_what_is_selected_stays_so_while_the_list_changes(site: Site) -> None:
    ticket = opened(site.world)
    page = site.visit("level1")
    page.goto("/board?view=unassigned")
    expect(page.locator("[data-live]")).to_be_visible()
    page.locator(f"#t-{ticket} input").check()
    other = opened(site.world, **IMPORTANT)
    expect(page.locator(f"#t-{other}")).to_be_visible()
    expect(page.locator(f"#t-{ticket} input")).to_be_checked()
    expect(page.locator(f"#t-{other} input")).not_to_be_checked()
    expect(page.locator("[data-selected]")).to_have_text("(1)")


def test_the_keyboard_alone_walks_selects_assigns_and_searches(site: Site) -> None:
    busy(site.world)
    page = site.visit("level1")
    page.goto("/board?view=unassigned")
    first, second, *_ = shown(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"#t-{second}")).to_have_class("calm current")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(f"#t-{first} input")).to_be_checked()
    page.keyboard.press("a")
    expect(page.locator("#assignee")).to_be_focused()
    page.locator("#assignee").select_option("bob")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("1 of 1 assigned")
    expect(page.locator("h1")).to_have_text("Assigned to Bob")
    page.goto("/board")
    page.keyboard.press("/")
    page.keyboard.type("jk xa?")
    expect(page.locator("#q")).to_have_value("jk xa?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/tickets/*")


def test_several_are_assigned_at_once_and_the_one_that_is_refused_says_why(site: Site) -> None:
    tickets = busy(site.world)
    page = site.visit("manager")
    page.goto("/board?view=everything")
    for name in ("late", "new0", "mine"):
        page.locator(f"#t-{tickets[name]} input").check()
    page.locator("#assignee").select_option("bob")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator("main")).to_contain_text("2 of 3 assigned")
    expect(page.locator("tr", has_text=tickets["mine"])).to_contain_text("refused")
    assert site.world.engine.runs[tickets["new0"]].state.assignee == "bob"
    assert faults(page) == []


def test_a_search_finds_by_number_by_words_and_by_client_and_stands_in_the_address(site: Site) -> None:
    tickets = busy(site.world)
    page = site.visit("level1")
    page.goto("/board")
    page.locator("#q").fill("badg NIGHT")
    page.keyboard.press("Enter")
    expect(page.locator("#queue tbody tr")).to_have_count(1)
    assert shown(page) == [tickets["late"]]
    assert "q=badg+NIGHT" in page.url
    page.goto("/board?q=logistics+camera&view=everything")
    assert shown(page) == [tickets["new0"]]
    page.goto("/board?q=nothing+like+this")
    expect(page.locator(".empty")).to_contain_text("No ticket is like that")
    answer = run(site.world.get("level1", "/v1/tickets?search=camera"))
    assert [one["id"] for one in answer.json()["items"]] == [tickets["new0"]]


def test_a_client_finds_no_internal_note_by_its_words(site: Site) -> None:
    ticket = opened(site.world)
    done(site.world, "level1", ticket, "notes", text="Suspicious customer")
    done(site.world, "level1", ticket, "comments", text="Firmware requested")
    found = run(site.world.get("client", "/v1/tickets?search=firmw")).json()["items"]
    assert [one["id"] for one in found] == [ticket]
    assert run(site.world.get("client", "/v1/tickets?search=suspicious")).json()["items"] == []
    assert run(site.world.get("beta", "/v1/tickets?search=firmware")).json()["items"] == []


def test_signing_out_elsewhere_ends_the_stream_and_leads_to_the_sign_in(site: Site) -> None:
    opened(site.world)
    page = site.visit("level1")
    page.goto("/board?view=everything")
    expect(page.locator("[data-live]")).to_be_visible()
    secret = next(one["value"] for one in page.context.cookies() if one["name"] == COOKIE)
    session = sessions.find(site.world.database, secret, site.world.now)
    assert session is not None
    sessions.end(site.world.database, session.id, site.world.now)
    site.world.turn(seconds=10)
    page.wait_for_url("**/sign-in?**")


def test_the_queue_can_be_read_on_a_telephone_and_in_french(site: Site) -> None:
    busy(site.world)
    page = site.visit("level1", telephone=True, language="fr")
    page.goto("/board?view=everything")
    expect(page.locator("#queue")).to_contain_text("attend l’accord")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults(page) == []
    keyless = site.visit("level1")
    keyless.goto("/board?level=nowhere")
    expect(keyless.locator("main")).to_contain_text("invalid")
