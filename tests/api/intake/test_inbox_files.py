"""Messages that a gateway posts: files go where the message goes, and what is nobody's is listed."""

from __future__ import annotations

from typing import Any

from store import attachments
from tests.api.attachments.conftest import PNG, uploaded
from tests.api.conftest import World


def message(**changes: Any) -> dict[str, Any]:
    fields = {"channel": "email", "from": "anna@acme.example", "subject": "The gates stay closed", "text": "See here."}
    return {**fields, **changes}


async def test_a_gateways_file_that_was_nobodys_goes_on_the_ticket_that_the_message_opens(world: World) -> None:
    file = await uploaded(world, "integrator")
    bodies = [message(attachments=[file])] * 2
    taken = [(await world.post("integrator", "/v1/messages", body, key="m1")).json() for body in bodies]
    assert taken[0] == taken[1]
    (listed,) = (await world.get("client", f"/v1/tickets/{taken[0]['ticket']}/attachments")).json()["items"]
    assert (await world.get("client", listed["url"])).content == PNG


async def test_a_strangers_files_wait_with_the_message_and_go_where_it_goes(world: World) -> None:
    file = await uploaded(world, "integrator")
    body = message(**{"from": "x@private.example"}, attachments=[file])
    for _ in range(2):
        refused = await world.post("integrator", "/v1/messages", body, key="m1")
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_sender")
    attachments.sweep(world.database, world.now + 9 * attachments.HELD)
    address = f"/v1/unmatched-messages/{refused.json()['message']}"
    assert (await world.get("level1", f"{address}/attachments/{file}")).content == PNG
    matched = (await world.post("level1", f"{address}/match", {"contact": "anna"})).json()
    (listed,) = (await world.get("client", f"/v1/tickets/{matched['ticket']}/attachments")).json()["items"]
    assert (await world.get("client", listed["url"])).content == PNG


async def test_files_of_a_message_that_was_nobodys_are_dropped_after_a_while(world: World) -> None:
    file = await uploaded(world, "integrator")
    body = message(**{"from": "x@private.example"}, attachments=[file])
    kept = (await world.post("integrator", "/v1/messages", body)).json()["message"]
    await world.post("level1", f"/v1/unmatched-messages/{kept}/match", {})
    attachments.sweep(world.database, world.now + attachments.HELD)
    assert attachments.get(world.database, file) is None


async def test_a_message_names_only_its_senders_own_uploads(world: World) -> None:
    file = await uploaded(world, "client")
    stolen = await world.post("integrator", "/v1/messages", message(attachments=[file]))
    assert (stolen.status_code, stolen.json()["code"]) == (422, "unknown_attachment")


async def test_what_is_kept_can_be_listed_by_the_reason(world: World) -> None:
    await world.post("integrator", "/v1/messages", message(**{"from": "x@private.example"}))
    await world.post("integrator", "/v1/messages", message(automatic=True))
    for why in ("unknown_sender", "automatic"):
        items = (await world.get("level1", f"/v1/unmatched-messages?why={why}")).json()["items"]
        assert [one["why"] for one in items] == [why]


async def test_what_could_not_be_matched_is_listed_page_by_page_the_oldest_first(world: World) -> None:
    for number in range(5):
        body = message(**{"from": "x@private.example"}, subject=f"Message {number}")
        await world.post("integrator", "/v1/messages", body, key=f"m{number}")
        world.turn(minutes=1 if number != 2 else 0)  # two that came at the same instant are told apart, too
    seen, address = [], "/v1/unmatched-messages?limit=2&why=unknown_sender"
    while address:
        answer = await world.get("level1", address)
        seen += [one["subject"] for one in answer.json()["items"]]
        address = answer.links["next"]["url"] if "next" in answer.links else ""
    assert sorted(seen) == [f"Message {number}" for number in range(5)]
    assert (seen[0], seen[-1]) == ("Message 0", "Message 4")


async def test_a_cursor_of_another_list_leads_nowhere(world: World) -> None:
    answer = await world.get("level1", "/v1/unmatched-messages?cursor=bm9uc2Vuc2U")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
