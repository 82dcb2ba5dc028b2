"""Files for the tests of attachments: small ones that are what they say."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.conftest import World

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
PDF = b"%PDF-1.7\n1 0 obj\n" + b"." * 100 + b"\n%%EOF"
LOG = "2026-03-02 08:50 gate 3: déjà fermé\n".encode()


async def upload(
    world: World, who: str, name: str = "gate.png", content: bytes = PNG, *, key: str | None = None, **fields: Any
) -> httpx.Response:
    """One file through the door."""
    headers = {"Authorization": f"Bearer {world.keys[who]}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return await world.http.post("/v1/attachments", files={"file": (name, content)}, data=fields, headers=headers)


async def uploaded(world: World, who: str, name: str = "gate.png", content: bytes = PNG, **fields: Any) -> str:
    """One file that must be taken; its id."""
    answer = await upload(world, who, name, content, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
