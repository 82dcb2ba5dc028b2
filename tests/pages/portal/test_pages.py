"""The portal without a browser: closed to another organisation, refusals in plain words, forms that act once."""

from __future__ import annotations

import pytest

from domain.words import Role
from store import directory
from tests.api.conftest import HOLDERS, LAST_YEAR, World, world

__all__ = ["world"]

STANDING = ["/portal", "/portal?shown=closed", "/portal/new", "/portal/hours", "/portal/services", "/portal/contacts",
            "/portal/contacts/adam"]  # fmt: skip
OF_A_TICKET = ["", "?everything=true", "/consent"]


@pytest.mark.parametrize("part", [*OF_A_TICKET, "/quotes/1"])
async def test_another_organisations_client_cannot_tell_a_ticket_from_none(world: World, part: str) -> None:
    ticket = await world.open()
    await world.step("level1", ticket, "questions", question="Since when?")
    async with world.browser("beta") as browser:
        theirs = await browser.get(f"/portal/tickets/{ticket}{part}")
        none = await browser.get(f"/portal/tickets/0000000000{part}")
    assert theirs.status_code == none.status_code == 404
    assert theirs.text.replace(ticket, "N") == none.text.replace("0000000000", "N")


@pytest.mark.parametrize(
    "path", ["steps/comment", "steps/answer", "steps/withdraw", "consent/refuse", "quotes/1/refuse_quote"]
)
async def test_another_organisations_client_cannot_act_by_a_page(world: World, path: str) -> None:
    ticket = await world.open()
    before = world.engine.runs[ticket].state
    async with world.browser("beta") as browser:
        answer = await browser.post(f"/portal/tickets/{ticket}/{path}", data={"text": "x", "reason": "x"})
    assert answer.status_code == 404
    assert world.engine.runs[ticket].state == before


async def test_another_organisations_people_are_nobody_to_a_key_user(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.save(
        world.database,
        directory.Contact(id="gina", organisation="gamma", name="Gina", role="key_user", language="en"),
    )
    monkeypatch.setitem(HOLDERS, "gamma", (Role.client, "gina", "gamma"))
    async with world.browser("gamma") as browser:
        for path in ("/portal/contacts/anna", "/portal/contacts/nobody"):
            assert (await browser.get(path)).status_code == 404
            assert (await browser.post(path, data={"name": "Mine now"})).status_code == 404
        assert "Anna" not in (await browser.get("/portal/contacts")).text
    async with world.browser("beta") as browser:  # an end user
        assert (await browser.get("/portal/contacts")).status_code == 403


@pytest.mark.parametrize("who", ["level1", "operations"])
async def test_the_portal_is_the_clients(world: World, who: str) -> None:
    async with world.browser(who) as browser:
        for path in STANDING:
            assert (await browser.get(path)).status_code == 403


async def test_a_form_that_is_sent_twice_acts_once(world: World) -> None:
    filing = {"idempotency_key": "form-1", "subject": "Gates", "description": "Closed.", "impact": "inaccessible",
              "contract": "acme-1", "kind": "incident", "seen": "acme-1:incident:critical"}  # fmt: skip
    async with world.browser("client") as browser:
        first, again = [await browser.post("/portal/new", data=filing) for _ in range(2)]
        assert first.status_code == 303, first.text
        assert first.headers["Location"] == again.headers["Location"]
        ticket = first.headers["Location"].split("/")[-1].split("?")[0]
        comment = {"idempotency_key": "form-2", "text": "The left one opens again."}
        file = {"files": ("gate.txt", b"Gate 3: no answer.", "text/plain")}
        for _ in range(2):
            sent = await browser.post(f"/portal/tickets/{ticket}/steps/comment", data=comment, files=file)
            assert sent.status_code == 303, sent.text
        person = {"idempotency_key": "form-3", "name": "Noah", "email": "noah@acme.example", "role": "end_user",
                  "language": "fr"}  # fmt: skip
        for _ in range(2):
            assert (await browser.post("/portal/contacts", data=person)).status_code == 303
    entries = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    comments = [entry for entry in entries if entry["type"] == "comment_added"]
    assert [len(entry["data"]["attachments"]) for entry in comments] == [1]
    people = (await world.get("client", "/v1/contacts", params={"text": "noah"})).json()["items"]
    assert [one["name"] for one in people] == ["Noah"]


async def test_what_is_refused_is_shown_in_the_readers_language_with_what_was_typed(world: World) -> None:
    ticket = await world.open()
    async with world.browser("client") as browser:
        browser.headers["Cookie"] += "; escalade_language=fr"
        late = await browser.post(f"/portal/tickets/{ticket}/steps/answer", data={"text": "Depuis sept heures."})
        empty = await browser.post(f"/portal/tickets/{ticket}/steps/comment", data={})
        strange = await browser.post(
            f"/portal/tickets/{ticket}/steps/comment",
            data={"text": "Voyez."},
            files={"files": ("run.exe", b"MZ" + bytes(200), "application/octet-stream")},
        )
    assert late.status_code == 409
    assert "La question a déjà reçu sa réponse." in late.text
    assert "Depuis sept heures." in late.text
    assert empty.status_code == 422
    assert "Veuillez remplir ce champ." in empty.text
    assert strange.status_code == 422
    assert "run.exe" in strange.text
    assert "Voyez." in strange.text


async def test_while_the_engine_is_away_a_ticket_is_read_and_what_was_typed_is_sent_again_under_the_same_key(
    world: World,
) -> None:
    ticket = await world.open()
    world.engine.away = True
    async with world.browser("client") as browser:
        assert (await browser.get(f"/portal/tickets/{ticket}")).status_code == 200
        lost = await browser.post(
            f"/portal/tickets/{ticket}/steps/comment", data={"idempotency_key": "form-9", "text": "Are you there?"}
        )
    assert lost.status_code == 503
    assert "Are you there?" in lost.text
    assert 'value="form-9"' in lost.text


async def test_a_link_from_a_mail_leads_through_the_sign_in_and_back(world: World) -> None:
    ticket = await world.open()
    answer = await world.get(None, f"/portal/tickets/{ticket}/consent", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in?next=/portal/tickets/{ticket}/consent")


async def test_following_the_links_of_a_mail_decides_nothing(world: World) -> None:
    ticket = await world.open()
    await world.step(
        "level1", ticket, "resolution", kind="fix", text="Done.", cause="configuration", cause_text="A setting."
    )
    before = world.engine.runs[ticket].state
    async with world.browser("client") as browser:
        assert (await browser.get(f"/portal/tickets/{ticket}/consent")).status_code == 200
        assert (await browser.head(f"/portal/tickets/{ticket}/consent")).status_code == 405
        assert (await browser.get(f"/portal/tickets/{ticket}/consent/consent")).status_code == 405
    assert world.engine.runs[ticket].state == before


async def test_a_number_in_the_search_leads_to_its_ticket_but_not_to_anothers(world: World) -> None:
    ticket = await world.open()
    async with world.browser("client") as browser:
        found = await browser.get("/portal", params={"text": ticket.lower()})
        assert found.headers["Location"] == f"/portal/tickets/{ticket}"
    async with world.browser("beta") as browser:
        assert (await browser.get("/portal", params={"text": ticket})).status_code == 200


@pytest.mark.parametrize(
    ("who", "form", "why"),
    [
        ("one", {"kind": "consulting"}, "» n’est pas traité par cet accord (1L-03). Adressez-vous à votre"),
        (
            "one", {"kind": "software-error", "intake.prerequisites": "false"},
            "car la réponse est non à\N{NO-BREAK SPACE}: « Le logiciel est-il installé",
        ),
        ("beta", {"contract": "beta-1", "product.name": "scanner", "product.serial": "S-1"},
         "Le produit n’est pas enregistré pour votre organisation (OL-01)."),
    ],
)  # fmt: skip
async def test_what_is_not_served_is_said_with_its_clause_and_the_way_that_stays_open(
    world: World, monkeypatch: pytest.MonkeyPatch, who: str, form: dict[str, str], why: str
) -> None:
    directory.save(
        world.database,
        directory.Organisation(id="one", name="Un Client", language="fr"),
        directory.Contract(id="one-1", organisation="one", agreement="onelife", valid_from=LAST_YEAR),
        directory.Contact(id="odile", organisation="one", name="Odile", role="key_user", language="fr"),
    )
    monkeypatch.setitem(HOLDERS, "one", (Role.client, "odile", "one"))
    filed = {"subject": "Une demande", "description": "Pour voir.", "language": "fr", **form}
    async with world.browser(who) as browser:
        browser.headers["Cookie"] += "; escalade_language=fr"
        looked = await browser.post("/portal/new", data={**filed, "look": "1"})
        assert (looked.status_code, why in looked.text.replace("&#39;", "'")) == (200, True), looked.text
        refused = await browser.post("/portal/new", data=filed)
    assert refused.status_code == 422
    assert "Une demande" in refused.text
    kept = (await world.get("level1", "/v1/refused-requests")).json()["items"]
    assert [one["subject"] for one in kept] == ["Une demande"]


async def test_a_client_whose_contract_is_over_reads_what_stays_open(world: World) -> None:
    contract = directory.contract(world.database, "acme-1")
    assert contract is not None
    directory.save(world.database, contract.model_copy(update={"valid_to": world.now}))
    async with world.browser("client") as browser:
        page = await browser.get("/portal/new")
    assert "Your organisation has no contract that is valid now" in page.text
    assert '<form method="post" action="/portal/new"' not in page.text


async def test_updates_that_nobody_wrote_do_not_bury_what_people_said(world: World) -> None:
    ticket = await world.open()
    await world.step("level1", ticket, "comments", text="The part is on its way.")
    world.turn(hours=12)
    async with world.browser("client") as browser:
        page = (await browser.get(f"/portal/tickets/{ticket}")).text
        whole = (await browser.get(f"/portal/tickets/{ticket}?everything=true")).text
        listed = (await browser.get("/portal")).text
    assert page.count("Automatic status update") == 1
    assert whole.count("Automatic status update") > 5
    assert "The part is on its way." in page
    assert "A promise is late" in listed


async def test_whom_the_agreement_does_not_take_requests_from_reads_it_before_typing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.save(
        world.database,
        directory.Contact(id="emil", organisation="acme", name="Emil", role="end_user", language="en"),
    )
    monkeypatch.setitem(HOLDERS, "emil", (Role.client, "emil", "acme"))
    async with world.browser("emil") as browser:
        page = (await browser.get("/portal/new?contract=acme-1")).text
    told, form = page.index("Please turn to them"), page.index('<form method="post" action="/portal/new"')
    assert told < form
    async with world.browser("client") as browser:
        assert "Please turn to them" not in (await browser.get("/portal/new")).text
