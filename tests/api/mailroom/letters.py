"""Mails as mail programs write them, for the tests; and a mailroom to hand them to."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from api.mailroom.taking import Arrival, House, take
from domain.reply_address import reply_address
from store.mails import Kept
from tests.api.conftest import World

SECRET = b"0123456789abcdef0123456789abcdef"
BASE = "support@desk.example"
HOUSE = House(base=BASE, domain="mail.desk.example", secret=SECRET)
ANNA = "anna@acme.example"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(9_000)


def letter(
    text: str = "The gate on the left opens again.",
    *,
    html: str = "",
    files: tuple[tuple[str, str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """A mail of Anna's; headers by name with `_` for `-`, an empty one is left out."""
    mail = EmailMessage()
    wanted = {
        "From": f"Anna <{ANNA}>", "To": BASE, "Subject": "The access gates stay closed",
        "Date": "Mon, 02 Mar 2026 10:00:00 +0100", "Message-ID": "<one@acme.example>",
    }  # fmt: skip
    wanted |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in wanted.items():
        if value:
            mail[name] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, kind, content in files:
        maintype, _, subtype = kind.partition("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return mail.as_bytes()


def tagged(ticket: str) -> str:
    """The address that our mails about this ticket ask for answers at."""
    return reply_address(BASE, ticket, SECRET)


async def post(
    world: World, raw: bytes, *recipients: str, path: str = ANNA, house: House = HOUSE, **house_changes: Any
) -> Kept:
    """Hands a mail in."""
    arrival = Arrival(path, recipients or (BASE,), raw, world.now)
    return await take(world.app.state.context, replace(house, **house_changes), arrival)
