"""Chat channels and what readers wish, through the doors."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from domain.quiet import DAYS
from store import directory, preferences
from tests.api.conftest import World

ROOM = {"name": "Level 1", "owner": {"kind": "team", "id": "support"}, "url": "json://:secretpass@chat.example/room"}
QUIET = {"zone": "Europe/Paris", "since": "19:00", "until": "08:00"}


async def send(world: World, method: str, who: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {world.keys[who]}"}
    return await world.http.request(method, path, json=body, headers=headers)


async def test_a_channel_s_address_is_never_shown_again(world: World) -> None:
    made = await world.post("manager", "/v1/channels", ROOM, key="once")
    assert made.status_code == 201, made.text
    again = await world.post("manager", "/v1/channels", ROOM, key="once")
    listed = await world.get("operations", "/v1/channels?owner_kind=team&owner_id=support")
    assert made.json() == again.json() == listed.json()["items"][0]
    assert "secretpass" not in made.text + listed.text
    stored = world.database.engine.connect().exec_driver_sql("SELECT url FROM chat_channels").scalar_one()
    assert "secretpass" not in stored
    id = made.json()["id"]
    changed = await send(world, "PATCH", "manager", f"/v1/channels/{id}", {"active": False, "subjects": ["closing"]})
    assert (changed.json()["active"], changed.json()["subjects"]) == (False, ["closing"])
    assert (await send(world, "DELETE", "manager", f"/v1/channels/{id}", None)).status_code == 204
    assert (await world.get("manager", f"/v1/channels/{id}")).json()["code"] == "unknown_channel"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "nochat://x"}, "unknown_chat"),
        ({"owner": {"kind": "staff", "id": "nobody"}}, "unknown_owner"),
        ({"owner": {"kind": "contact", "id": "nobody"}}, "unknown_owner"),
        ({"templates": ["no_such_message"]}, "unknown_template"),
        ({"subjects": ["weather"]}, "invalid"),
    ],
)
async def test_a_channel_that_could_not_work_is_refused(world: World, change: dict[str, Any], code: str) -> None:
    answer = await world.post("manager", "/v1/channels", {**ROOM, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "nochat://x" not in answer.text


async def test_a_contact_says_what_it_wishes_and_reads_what_it_cannot_switch_off(world: World) -> None:
    wishes = {"ways": {"conversation": ["chat"], "closing": []}, "quiet": [QUIET], "language": "en"}
    saved = await send(world, "PUT", "client", "/v1/me/preferences", wishes)
    assert saved.status_code == 200, saved.text
    read = (await world.get("level1", "/v1/contacts/anna/preferences")).json()
    assert read == saved.json() == (await world.get("client", "/v1/me/preferences")).json()
    assert {"opened", "update", "question", "resolution"} - {"update"} <= set(read["always_by_mail"])
    contact = directory.contact(world.database, "anna")
    assert contact is not None
    assert contact.language == "en"


async def test_staff_has_wishes_of_its_own(world: World) -> None:
    saved = await send(world, "PUT", "level1", "/v1/me/preferences", {"language": "fr", "quiet": [QUIET]})
    assert saved.json()["language"] == "fr"
    assert "staff_missed" in saved.json()["always_by_mail"]
    assert preferences.read(world.database, "staff", "bob").language == "fr"
    other = await send(world, "PUT", "level1", "/v1/me/preferences", {"language": "ja"})
    assert other.json()["code"] == "language_not_served"


async def test_quiet_hours_of_the_whole_week_name_its_days(world: World) -> None:
    quiet = {"zone": "Europe/Paris", "since": "19:00", "until": "08:00"}
    saved = await send(world, "PUT", "client", "/v1/me/preferences", {"quiet": [quiet]})
    read = (await world.get("client", "/v1/me/preferences")).json()
    assert read["quiet"] == saved.json()["quiet"] == [{**quiet, "days": list(DAYS)}]


async def test_nobody_else_changes_a_contact_s_wishes(world: World) -> None:
    assert (await world.get("beta", "/v1/contacts/anna/preferences")).status_code == 404
    assert (await send(world, "PUT", "beta", "/v1/contacts/anna/preferences", {})).status_code == 404
    refused = await send(world, "PUT", "client", "/v1/contacts/adam/preferences", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_change")
    assert (await send(world, "PUT", "level1", "/v1/contacts/adam/preferences", {})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{"ways": {"weather": []}}, {"ways": {"closing": ["pigeon"]}}, {"quiet": [{**QUIET, "zone": "Mars"}]}, {"x": 1}],
)
async def test_wishes_that_mean_nothing_are_refused(world: World, body: Any) -> None:
    answer = await send(world, "PUT", "client", "/v1/me/preferences", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_without_the_installation_s_secret_nothing_is_kept_in_clear_and_the_answer_says_what_is_missing(
    world: World,
) -> None:
    there = world.app.state.context.settings
    elsewhere = there.model_copy(update={"database_url": SecretStr("postgresql://db.example/x")})
    world.app.state.context.settings = elsewhere
    answer = await world.post("manager", "/v1/channels", ROOM)
    assert (answer.status_code, answer.json()["code"]) == (503, "secret_unusable")
    assert "ESCALADE_SECRET_KEY" in answer.json()["detail"]
    assert (await world.get("manager", "/v1/channels")).json()["items"] == []
