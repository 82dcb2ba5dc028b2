"""Ids that the same request always gets again: of tickets, of commands, and the digest of a body.

The same `Idempotency-Key` from the same principal leads to the same ticket or command, so that a request may be sent
again whenever its answer was lost.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is misread over the telephone
LENGTH = 10
_TICKET = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_MISREAD = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Key:
    """The request's key; `given` by the caller, or made here."""

    value: str
    given: bool


async def idempotency_key(
    request: Request,
    response: Response,
    given: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            pattern=r"^[!-~]+$",
            description="Any text of your own, new for each thing you want done. Send it again with the same body to "
            "be told the first answer instead of doing it twice. Made and returned when absent.",
            examples=["2f0e3c1e-9f5b-4a52-8f7e-6a1f5d9c2b10"],
        ),
    ] = None,
) -> Key:
    """The key of a request, made when the caller gave none; it is told in every answer, refusals included."""
    key = Key(given or str(uuid.uuid4()), given is not None)
    request.state.idempotency_key = key.value
    response.headers["Idempotency-Key"] = key.value
    return key


IdempotencyKey = Annotated[Key, Depends(idempotency_key)]


def ticket_id(*parts: str) -> str:
    """Ten characters that follow from `parts`: 50 bits, short enough to be said aloud."""
    number = int.from_bytes(_hash(parts)[:8], "big")
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)


def read_ticket_id(text: str) -> str | None:
    """A ticket's number as somebody typed it, in its one spelling; None when it cannot be one."""
    spelled = text.upper().translate(_MISREAD)
    return spelled if _TICKET.fullmatch(spelled) else None


def command_id(*parts: str) -> str:
    """The id of a command, which is also the id of its update in the engine."""
    return _hash(parts).hex()[:40]


def digest(step: str, body: BaseModel) -> str:
    """The same for the same request, another for another one."""
    content = json.dumps([step, body.model_dump(mode="json")], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _hash(parts: tuple[str, ...]) -> bytes:
    return hashlib.sha256(json.dumps(parts).encode()).digest()
