"""Uploading a file, naming it in a step, reading it back, and whoever must not."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from api.attachments.taking import Limits
from domain.words import Role
from store import attachments
from tests.api.attachments.conftest import LOG, PDF, PNG, upload, uploaded
from tests.api.conftest import World, filing


async def files_of(world: World, who: str, ticket: str) -> list[dict[str, Any]]:
    return list((await world.get(who, f"/v1/tickets/{ticket}/attachments")).json()["items"])


async def test_a_file_goes_with_the_opening_and_comes_back_byte_for_byte(world: World) -> None:
    file = await uploaded(world, "client", "gate.png")
    ticket = await world.open(attachments=[file])
    (shown,) = await files_of(world, "client", ticket)
    assert shown == {
        "id": file, "name": "gate.png", "media_type": "image/png", "size": len(PNG),
        "sha256": hashlib.sha256(PNG).hexdigest(), "event": 1, "at": "2026-03-02T09:00:00Z", "by": "client",
        "url": f"/v1/tickets/{ticket}/attachments/{file}",
    }  # fmt: skip
    got = await world.get("level1", shown["url"])
    assert (got.status_code, got.content) == (200, PNG)
    entries = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    assert [one["id"] for one in entries[0]["data"]["attachments"]] == [file]
    assert entries[0]["data"]["attachments"][0]["url"] == shown["url"]


FIX = {"kind": "fix", "text": "Replaced.", "cause": "infrastructure", "cause_text": "A worn controller."}
STEPS = [
    ("level1", "acknowledgement", {"means": "call", "text": "We are on it."}, "first_response_given"),
    ("client", "comments", {"text": "See here."}, "comment_added"),
    ("level1", "notes", {"text": "Seen before."}, "note_added"),
    ("level1", "status-updates", {"text": "The part is here."}, "status_updated"),
    ("level1", "questions", {"question": "Like this one?"}, "information_requested"),
    ("level1", "resolution", FIX, "resolution_proposed"),
]


@pytest.mark.parametrize(("who", "path", "body", "event"), STEPS, ids=[step[1] for step in STEPS])
async def test_each_step_with_words_for_people_carries_files(
    world: World, who: str, path: str, body: dict[str, Any], event: str
) -> None:
    ticket = await world.open()
    file = await uploaded(world, who, "proof.pdf", PDF, ticket=ticket)
    await world.step(who, ticket, path, **body, attachments=[file])
    entries = (await world.get("level1", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    carried = {entry["type"]: entry["data"].get("attachments", []) for entry in entries}
    assert [one["name"] for one in carried[event]] == ["proof.pdf"]


async def test_answer_refusal_and_reopening_carry_files(world: World) -> None:
    ticket = await world.open()
    names = ["answer.txt", "refusal.txt", "reopening.txt"]
    files = [await uploaded(world, "client", name, LOG) for name in names]
    await world.step("level1", ticket, "questions", question="Which firmware?")
    await world.step("client", ticket, "answers", text="4.2", attachments=[files[0]])
    await world.step("level1", ticket, "resolution", **FIX)
    await world.step("client", ticket, "refusal", reason="Look.", attachments=[files[1]])
    await world.step("client", ticket, "withdrawal", reason="No longer.")
    await world.step("client", ticket, "reopening", reason="Again.", attachments=[files[2]])
    assert [one["name"] for one in await files_of(world, "client", ticket)] == names


async def test_a_client_sees_no_file_of_an_internal_note(world: World) -> None:
    ticket = await world.open()
    secret = await uploaded(world, "level1", "passwords.txt", LOG, organisation="acme")
    await world.step("level1", ticket, "notes", text="Ours.", attachments=[secret])
    assert [one["internal"] for one in await files_of(world, "level1", ticket)] == [True]
    assert await files_of(world, "client", ticket) == []
    refused = await world.get("client", f"/v1/tickets/{ticket}/attachments/{secret}")
    none = await world.get("client", f"/v1/tickets/{ticket}/attachments/{'0' * 10}")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_attachment")
    assert refused.json()["detail"].replace(secret, "0" * 10) == none.json()["detail"]
    stolen = await world.post("client", f"/v1/tickets/{ticket}/comments", {"text": "x", "attachments": [secret]})
    assert (stolen.status_code, stolen.json()["code"]) == (422, "unknown_attachment")
    # Staff may show it: from then on the client sees it too.
    await world.step("level1", ticket, "comments", text="Here it is.", attachments=[secret])
    (shown,) = await files_of(world, "client", ticket)
    assert shown["name"] == "passwords.txt"
    assert (await world.get("client", f"/v1/tickets/{ticket}/attachments/{secret}")).content == LOG


async def test_another_organisation_cannot_tell_a_file_from_none(world: World) -> None:
    file = await uploaded(world, "client")
    ticket = await world.open(attachments=[file])
    for address in (f"{ticket}/attachments", f"{ticket}/attachments/{file}"):
        theirs = await world.get("beta", f"/v1/tickets/{address}")
        none = await world.get("beta", f"/v1/tickets/{address.replace(ticket, '0' * 10)}")
        assert theirs.status_code == none.status_code == 404
        assert theirs.json()["detail"].replace(ticket, "0" * 10) == none.json()["detail"]
    own = await world.open("beta", contract="beta-1", severity=None)
    assert (await world.get("beta", f"/v1/tickets/{own}/attachments/{file}")).status_code == 404
    named = await world.post("beta", f"/v1/tickets/{own}/comments", {"text": "x", "attachments": [file]})
    assert (named.status_code, named.json()["code"]) == (422, "unknown_attachment")
    assert (await upload(world, "beta", organisation="acme")).status_code == 403
    assert (await upload(world, "beta", ticket=ticket)).status_code == 404
    assert (await world.http.delete(f"/v1/attachments/{file}", headers=bearer(world, "beta"))).status_code == 404


async def test_only_its_uploader_names_a_file_that_waits(world: World) -> None:
    world.key("adam", Role.client, "adam", "acme")
    file = await uploaded(world, "client")
    ticket = await world.open()
    refused = await world.post("adam", f"/v1/tickets/{ticket}/comments", {"text": "x", "attachments": [file]})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_attachment")
    assert refused.json()["errors"][0]["pointer"] == "/attachments/0"
    await world.step("client", ticket, "comments", text="x", attachments=[file])


async def test_staffs_file_for_one_organisation_is_not_named_on_anothers_ticket(world: World) -> None:
    file = await uploaded(world, "level1", organisation="beta")
    ticket = await world.open()
    refused = await world.post("level1", f"/v1/tickets/{ticket}/comments", {"text": "x", "attachments": [file]})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_attachment")


async def test_staffs_file_for_nobody_yet_is_its_whose_ticket_first_carries_it(world: World) -> None:
    file = await uploaded(world, "level1")
    ticket = await world.open()
    await world.step("level1", ticket, "comments", text="x", attachments=[file])
    assert (await world.get("client", f"/v1/tickets/{ticket}/attachments/{file}")).content == PNG
    other = await uploaded(world, "level1", "b.png")
    stolen = await world.post("client", f"/v1/tickets/{ticket}/comments", {"text": "x", "attachments": [other]})
    assert (stolen.status_code, stolen.json()["code"]) == (422, "unknown_attachment")


async def test_the_same_request_again_finds_its_files_where_they_now_are(world: World) -> None:
    file = await uploaded(world, "client")
    filed = filing(attachments=[file])
    first = await world.post("client", "/v1/tickets", filed, key="one")
    again = await world.post("client", "/v1/tickets", filed, key="one")
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")
    ticket, other = first.json()["id"], await uploaded(world, "client", "b.png")
    path, body = f"/v1/tickets/{ticket}/comments", {"text": "x", "attachments": [other]}
    receipts = [(await world.post("client", path, body, key="two")).json() for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert len(await files_of(world, "client", ticket)) == 2


async def test_the_same_upload_again_is_the_same_file(world: World) -> None:
    first = await upload(world, "client", key="up")
    again = await upload(world, "client", key="up")
    other = await upload(world, "client", "gate.pdf", PDF, key="up")
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


async def test_a_refused_step_leaves_its_file_to_be_used_again(world: World) -> None:
    ticket = await world.open()
    file = await uploaded(world, "client")
    refused = await world.post("client", f"/v1/tickets/{ticket}/answers", {"text": "4.2", "attachments": [file]})
    assert refused.status_code == 409
    await world.step("client", ticket, "comments", text="4.2", attachments=[file])
    assert len(await files_of(world, "client", ticket)) == 1


async def test_a_step_on_its_way_keeps_its_file_however_late_it_is_recorded(world: World) -> None:
    ticket = await world.open()
    file = await uploaded(world, "client")
    world.engine.lagging = True
    await world.step("client", ticket, "comments", text="x", attachments=[file])
    world.now += 3 * attachments.WAITS
    attachments.sweep(world.database, world.now)
    world.engine.lagging = False
    await world.step("client", ticket, "comments", text="y")
    (shown,) = await files_of(world, "client", ticket)
    assert (await world.get("client", shown["url"])).content == PNG


async def test_what_nobody_names_is_dropped_after_a_day_and_what_is_used_never(world: World) -> None:
    left, used = await uploaded(world, "client", "left.png"), await uploaded(world, "client", "used.png")
    ticket = await world.open(attachments=[used])
    world.now += attachments.WAITS
    refused = await world.post("client", f"/v1/tickets/{ticket}/comments", {"text": "x", "attachments": [left]})
    assert refused.status_code == 422
    assert attachments.sweep(world.database, world.now + 365 * attachments.WAITS) == 1
    assert attachments.get(world.database, left) is None
    assert (await world.get("client", f"/v1/tickets/{ticket}/attachments/{used}")).content == PNG


async def test_an_upload_can_be_taken_back_until_it_is_used(world: World) -> None:
    left, used = await uploaded(world, "client", "left.png"), await uploaded(world, "client", "used.png")
    await world.open(attachments=[used])
    for file, status in ((left, 204), (left, 404), (used, 404)):
        answer = await world.http.delete(f"/v1/attachments/{file}", headers=bearer(world, "client"))
        assert answer.status_code == status


async def test_the_limits_are_told(world: World) -> None:
    world.app.state.context.attachments = Limits(size=1000, at_once=2, ticket=1500)
    large = await upload(world, "client", "big.log", b"x" * 1001)
    assert (large.status_code, large.json()["code"]) == (413, "attachment_too_large")
    ticket = await world.open()
    files = [await uploaded(world, "client", f"{n}.log", b"x" * 500) for n in range(3)]
    path = f"/v1/tickets/{ticket}/comments"
    many = await world.post("client", path, {"text": "x", "attachments": files})
    assert (many.status_code, many.json()["code"]) == (422, "too_many_attachments")
    crowded = await upload(world, "client", "4.log", b"x")
    assert (crowded.status_code, crowded.json()["code"]) == (429, "too_many_uploads")
    await world.step("client", ticket, "comments", text="x", attachments=files[:2])
    more = await uploaded(world, "client", "5.log", b"x" * 600)
    full = await world.post("client", path, {"text": "x", "attachments": [more, files[2]]})
    assert (full.status_code, full.json()["code"]) == (409, "ticket_full")
    await world.step("client", ticket, "comments", text="x", attachments=[files[2]])


async def test_only_an_upload_may_be_larger_than_other_bodies(world: World) -> None:
    big = b"x" * (9 * 1024 * 1024)
    assert (await upload(world, "client", "big.log", big)).status_code == 201
    too_big = await upload(world, "client", "big.log", b"x" * (11 * 1024 * 1024))
    assert (too_big.status_code, too_big.json()["code"]) == (413, "body_too_large")
    ticket = await world.open()
    headers = bearer(world, "client")
    for path in (f"/v1/tickets/{ticket}/comments", "/v1/attachments/x", "/v1/attachmentsx"):
        assert (await world.http.post(path, content=big, headers=headers)).status_code == 413


async def test_a_file_that_is_not_taken_says_why(world: World) -> None:
    for name, content, status, code in (
        ("setup.exe", b"MZ\x90\0" + bytes(60), 415, "type_not_allowed"),
        ("photo.png", PDF, 422, "type_mismatch"),
        ("photo.png", b"", 422, "attachment_empty"),
    ):
        answer = await upload(world, "client", name, content)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert name in answer.json()["detail"]
    headers = bearer(world, "client")
    two = await world.http.post(
        "/v1/attachments", files=[("file", ("a.png", PNG)), ("file", ("b.png", PNG))], headers=headers
    )
    assert (two.status_code, two.json()["code"]) == (422, "too_many_attachments")
    none = await world.http.post("/v1/attachments", data={"x": "1"}, headers=headers)
    assert (none.status_code, none.json()["code"]) == (422, "invalid")
    broken = await world.http.post(
        "/v1/attachments", content=b"--", headers={**headers, "Content-Type": "multipart/form-data; boundary=x"}
    )
    assert broken.status_code in (400, 422)


async def test_a_download_can_do_no_harm(world: World) -> None:
    page = b"<!doctype html><html><script>alert(1)</script></html>"
    sent = [("page.html", page), ("gate.png", PNG), ("note.pdf", PDF), ("écran « A ».log", LOG)]
    files = [await uploaded(world, "client", name, content) for name, content in sent]
    ticket = await world.open(attachments=files)

    async def got(file: str, inline: int = 0) -> Any:
        return await world.get("client", f"/v1/tickets/{ticket}/attachments/{file}?inline={inline}")

    for file in files:
        headers = (await got(file)).headers
        assert headers["Content-Disposition"].startswith("attachment; ")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert "no-store" in headers["Cache-Control"]
    html = await got(files[0], inline=1)
    assert (html.headers["Content-Type"], html.content) == ("application/octet-stream", page)
    assert html.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert (await got(files[1], inline=1)).headers["Content-Disposition"] == 'inline; filename="gate.png"'
    assert (await got(files[2], inline=1)).headers["Content-Type"] == "application/pdf"
    log = (await got(files[3], inline=1)).headers
    assert log["Content-Disposition"] == (
        "attachment; filename=\"_cran _ A _.log\"; filename*=UTF-8''%C3%A9cran%20%C2%AB%20A%20%C2%BB.log"
    )
    assert log["Content-Type"] == "text/plain"


async def test_files_are_listed_page_by_page(world: World) -> None:
    files = [await uploaded(world, "client", f"{n}.png") for n in range(5)]
    ticket = await world.open(attachments=files[:2])
    await world.step("client", ticket, "comments", text="more", attachments=files[2:])
    seen: list[str] = []
    address: str | None = f"/v1/tickets/{ticket}/attachments?limit=2"
    while address:
        answer = await world.get("client", address)
        seen += [one["id"] for one in answer.json()["items"]]
        link = answer.headers.get("Link")
        address = link.partition("<")[2].partition(">")[0] if link else None
    assert sorted(seen) == sorted(files)
    assert set(seen[:2]) == set(files[:2])
    wrong = await world.get("client", f"/v1/tickets/{ticket}/attachments?cursor=nonsense")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/cursor")


def bearer(world: World, who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.keys[who]}"}
