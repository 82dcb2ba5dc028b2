"""Lists, timelines and clocks as each reader may see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import World, filing


async def test_pages_follow_each_other_and_show_every_ticket_once(world: World) -> None:
    opened = []
    for number in range(7):
        opened.append(await world.open(subject=f"Gate {number}"))
        world.turn(seconds=1)
    path: str | None = "/v1/tickets?order=opened_at&limit=3&status=new"
    seen, sizes = [], []
    while path:
        answer = await world.get("level1", path)
        sizes.append(len(answer.json()["items"]))
        seen += [item["id"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else None
        assert ("next" in answer.json()) == (path is not None)
    assert sizes == [3, 3, 1]
    assert seen == opened[::-1]


async def test_lists_are_filtered_and_ordered(world: World) -> None:
    low = await world.open(severity="low", subject="Slow report")
    critical = await world.open()
    beta = await world.open("beta", contract="beta-2", severity=None)
    await world.step("level1", critical, "assignment", assignee="bob")

    async def found(query: str, who: str = "level1") -> list[str]:
        return [item["id"] for item in (await world.get(who, f"/v1/tickets?{query}")).json()["items"]]

    assert await found("organisation=acme&order=severity") == [critical, low]
    assert await found("organisation=beta") == [beta]
    assert await found("assignee=bob&status=open&status=waiting") == [critical]
    assert set(await found("assignee=")) == {low, beta}
    assert await found("text=REPORT") == [low]
    assert await found("agreement=proconcept") == [beta]
    assert await found("overdue=true") == []
    world.turn(hours=9)
    assert critical in await found("overdue=true")


async def test_a_client_lists_its_own_organisations_tickets_whatever_it_asks_for(world: World) -> None:
    mine, other = await world.open(), await world.open("beta", contract="beta-2", severity=None)
    for query in ("", "?organisation=acme"):
        listed = (await world.get("client", f"/v1/tickets{query}")).json()["items"]
        assert [item["id"] for item in listed] == [mine]
    assert (await world.get("client", "/v1/tickets?organisation=beta")).json()["items"] == []
    assert {item["id"] for item in (await world.get("level1", "/v1/tickets")).json()["items"]} == {mine, other}


async def busy_ticket(world: World) -> str:
    """A ticket with everything that only we may know of."""
    ticket = await world.open()
    await world.step("level1", ticket, "notes", text="The customer is cross.")
    await world.step("level1", ticket, "escalations", level="consulting", reason="Needs a specialist.")
    world.turn(hours=10)
    return ticket


async def test_a_client_reads_no_notes_no_warnings_no_internal_times_and_no_ladder(world: World) -> None:
    ticket = await busy_ticket(world)
    ours = (await world.get("level1", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    theirs = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    types = {item["type"] for item in ours} - {item["type"] for item in theirs}
    assert types >= {"note_added", "staff_warned", "manager_involved"}
    text = str(theirs)
    for secret in ("cross", "internal", "ladder", "alarms", "bob", "lead"):
        assert secret not in text, secret
    assert {"escalated", "clock_missed", "status_updated"} <= {item["type"] for item in theirs}
    assert [item["number"] for item in ours] == list(range(1, len(ours) + 1))
    assert ours[0]["by_id"] == "anna"
    clocks = {part["kind"] for part in (await world.get("client", f"/v1/tickets/{ticket}/clocks")).json()["items"]}
    assert "internal" not in clocks
    assert (await world.get("client", f"/v1/tickets/{ticket}")).json().get("next_due") is None
    assert (await world.get("level1", f"/v1/tickets/{ticket}")).json()["next_due"]


@pytest.mark.parametrize("who", ["client", "level1"])
async def test_pages_of_a_timeline_add_up_to_the_whole(world: World, who: str) -> None:
    ticket = await busy_ticket(world)
    whole = (await world.get(who, f"/v1/tickets/{ticket}/timeline?limit=200")).json()["items"]
    path: str | None = f"/v1/tickets/{ticket}/timeline?limit=4"
    paged: list[dict[str, Any]] = []
    while path:
        answer = await world.get(who, path)
        paged += answer.json()["items"]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    assert paged == whole
    assert len(whole) > 8


async def test_events_and_clocks_are_told_in_the_readers_language(world: World) -> None:
    ticket = await world.open()
    french = {"Accept-Language": "de, fr-CH;q=0.9, en;q=0.5"}
    first = (await world.get("client", f"/v1/tickets/{ticket}/timeline", headers=french)).json()["items"][0]
    assert first["sentence"] == "Ouvert : The gates stay closed (gravité Impact critique)"
    assert first["data"]["description"] == "No badge opens them since 08:50."
    english = await world.get("client", f"/v1/tickets/{ticket}/timeline", headers={"Accept-Language": "tlh"})
    assert english.json()["items"][0]["sentence"] == "Opened: The gates stay closed (severity Critical impact)"
    assert english.headers["Content-Language"] == "en"
    clock = (await world.get("client", f"/v1/tickets/{ticket}/clocks", headers=french)).json()["items"][0]
    assert clock["sentence"].startswith("Première réponse, 60 min (clause TF-03, TF-07) : échéance 2026-03-02 11:00")


async def test_a_clock_explains_what_is_promised_and_how_it_stands(world: World) -> None:
    ticket = await world.open()
    world.turn(minutes=12)
    answer = (await world.get("client", f"/v1/tickets/{ticket}/clocks")).json()
    response = answer["items"][0]
    assert answer["source"] == "live"
    assert response["sentence"] == (
        "First response, 60 min (clause TF-03, TF-07): due 2026-03-02 11:00 Europe/Paris, 48 min left of 1 h."
    )
    assert (response["budget"], response["spent"], response["left"]) == (3600, 720, 2880)
    assert (response["due"], response["clause"]) == ("2026-03-02T10:00:00Z", ["TF-03", "TF-07"])
    assert (response["agreement"], response["zone"], response["verdict"]) == ("trackforce", "Europe/Paris", None)


async def test_clocks_are_read_from_the_record_when_nobody_answers_for_the_ticket(world: World) -> None:
    ticket = await busy_ticket(world)
    live = (await world.get("level1", f"/v1/tickets/{ticket}/clocks")).json()
    world.engine.away = True
    recorded = (await world.get("level1", f"/v1/tickets/{ticket}/clocks")).json()
    assert (live["source"], recorded["source"]) == ("live", "record")

    def named(answer: dict[str, Any]) -> dict[str, Any]:
        return {clock["clock"]: clock for clock in answer["items"]}

    assert named(recorded) == named(live)


async def test_pauses_say_why_the_clock_stood_still(world: World) -> None:
    ticket = await world.open("beta", contract="beta-1", severity="p2")
    evaluated = {"severity": "p2", "impact": "production-degraded", "assignee": "bob"}
    await world.step("level1", ticket, "triage", reason="As they say.", **evaluated)
    await world.step("level1", ticket, "questions", question="Since when?")
    world.turn(hours=1)
    clocks = (await world.get("beta", f"/v1/tickets/{ticket}/clocks")).json()["items"]
    paused = next(clock for clock in clocks if clock["kind"] == "resolution")
    assert paused["standing"] == "paused"
    assert paused["pauses"][0]["reasons"] == ["waiting"]
    assert "the client’s information is awaited, OL-19" in paused["sentence"]
    await world.step("beta", ticket, "answers", text="Yesterday.")
    world.turn(minutes=5)
    clocks = (await world.get("beta", f"/v1/tickets/{ticket}/clocks")).json()["items"]
    running = next(clock for clock in clocks if clock["kind"] == "resolution")
    assert running["pauses"] == [
        {"since": "2026-03-02T09:00:00Z", "until": "2026-03-02T10:00:00Z", "reasons": ["waiting"], "clause": ["OL-19"]}
    ]


async def test_agreements_are_shown_as_data_and_to_clients_only_their_own(world: World) -> None:
    names = [one["name"] for one in (await world.get("level1", "/v1/agreements")).json()["items"]]
    assert names == ["olcare", "onelife", "proconcept", "trackforce"]
    mine = [one["name"] for one in (await world.get("client", "/v1/agreements")).json()["items"]]
    assert mine == ["onelife", "trackforce"]
    assert (await world.get("client", "/v1/agreements/olcare")).status_code == 404
    shown = (await world.get("client", "/v1/agreements/trackforce")).json()
    assert shown["severities"] == ["critical", "important", "low", "none"]
    assert shown["document"]["severities"]["critical"]["response"]["clause"] == ["TF-03", "TF-07"]
    again = await world.get("client", f"/v1/agreements/trackforce?revision={shown['revision']}")
    assert again.json() == shown
    assert (await world.get("client", "/v1/agreements/trackforce?revision=0")).status_code == 404


async def test_an_organisation_is_shown_with_contracts_and_contacts_to_staff_and_itself(world: World) -> None:
    listed = (await world.get("operations", "/v1/organisations")).json()["items"]
    assert [one["id"] for one in listed] == ["acme", "beta", "gamma"]
    acme = (await world.get("client", "/v1/organisations/acme")).json()
    assert [(one["id"], one["valid"]) for one in acme["contracts"]] == [("acme-0", False), ("acme-1", True)]
    assert {one["id"] for one in acme["contacts"]} == {"anna", "adam"}
    assert (await world.get("client", "/v1/organisations/beta")).status_code == 404
    assert (await world.get("level1", "/v1/organisations/beta")).status_code == 200


async def test_opening_answers_what_reading_answers(world: World) -> None:
    answer = await world.post("level1", "/v1/tickets", filing(organisation="acme"))
    read = await world.get("level1", answer.json()["links"]["self"])
    assert {name: value for name, value in answer.json().items() if value is not None} == read.json()


async def test_while_nobody_can_say_whether_a_ticket_is_there_it_is_not_called_unknown(world: World) -> None:
    world.engine.lagging = True
    ticket = await world.open()
    world.engine.away = True
    for part in ("", "/timeline", "/clocks"):
        assert (await world.get("level1", f"/v1/tickets/{ticket}{part}")).status_code == 503


async def test_a_client_finds_first_what_waits_for_it_and_its_own_apart_from_its_colleagues(world: World) -> None:
    closed = await world.open()
    plain = await world.open()
    asked = await world.open()
    colleagues = await world.open(contact="adam")
    await world.step("client", closed, "withdrawal", reason="It was our fuse.")
    await world.step("level1", asked, "questions", question="Since when?")
    listed = (await world.get("client", "/v1/tickets", params={"order": "awaiting"})).json()["items"]
    assert [one["id"] for one in listed[:1]] == [asked]
    assert {one["id"] for one in listed[1:3]} == {plain, colleagues}
    assert listed[-1]["id"] == closed
    assert listed[0]["awaited"] == "answer"
    own = (await world.get("client", "/v1/tickets", params={"order": "awaiting", "contact": "anna"})).json()["items"]
    assert colleagues not in {one["id"] for one in own}
    first = (await world.get("client", "/v1/tickets", params={"order": "awaiting", "limit": 2})).json()
    rest = await world.get("client", "/v1/tickets", params={"order": "awaiting", "cursor": first["next"]})
    assert [one["id"] for one in first["items"] + rest.json()["items"]] == [one["id"] for one in listed]
