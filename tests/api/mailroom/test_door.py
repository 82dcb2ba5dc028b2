"""The SMTP door, with a real connection to the real application."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from api.app import create_app
from api.mailroom import door
from api.mailroom.door import is_ours, listening
from domain.reply_address import PURPOSE, reply_address
from runtime.secret import secret_key
from runtime.settings import Settings
from store import inbox
from tests.api.conftest import World
from tests.api.mailroom.letters import ANNA, BASE, PNG, letter

T = TypeVar("T")


def settings_for(home: Path, **changes: Any) -> Settings:
    return Settings(home=home, inbound_smtp_port=0, inbound_address=BASE, **changes)


@asynccontextmanager
async def opened(world: World, settings: Settings) -> AsyncIterator[int]:
    async with listening(settings, world.app.state.context, lambda: world.now) as port:
        assert port is not None
        yield port


async def talk(port: int, say: Callable[[smtplib.SMTP], T]) -> T:
    """What a mail program does in a conversation of its own."""

    def conversation() -> T:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            return say(client)

    return await asyncio.to_thread(conversation)


def sent(raw: bytes, *recipients: str, sender: str = ANNA) -> Callable[[smtplib.SMTP], dict[str, Any]]:
    return lambda client: client.sendmail(sender, recipients, raw)


async def test_a_mail_that_is_taken_is_there_when_the_server_says_so(world: World, tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    ticket = await world.open()
    address = reply_address(BASE, ticket, secret_key(settings, PURPOSE))
    async with opened(world, settings) as port:
        assert await talk(port, sent(letter("Déjà vu.", files=(("gate.png", "image/png", PNG),)), address)) == {}
    timeline = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    assert timeline[-1]["data"]["text"] == "Déjà vu."
    (file,) = (await world.get("client", f"/v1/tickets/{ticket}/attachments")).json()["items"]
    assert (await world.get("client", file["url"])).content == PNG


async def test_only_our_own_address_is_served_and_nothing_is_relayed(world: World, tmp_path: Path) -> None:
    async with opened(world, settings_for(tmp_path)) as port:
        for stranger in (ANNA, "other@desk.example", "support@elsewhere.example", "support%x@desk.example"):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                await talk(port, sent(letter(), stranger))
            assert refused.value.recipients[stranger][0] == 550


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("support@desk.example", True), ("SUPPORT@Desk.Example", True), ("support+K7.ABC@desk.example", True),
        ("support+@desk.example", True), ("supportx@desk.example", False), ("@desk.example", False), ("", False),
        ("support@desk.example.evil.example", False),
    ],
)  # fmt: skip
def test_our_address_is_known_with_and_without_a_tag(address: str, ours: bool) -> None:
    assert is_ours(address, BASE) is ours


async def test_while_the_engine_is_away_the_sender_keeps_the_mail_and_its_resend_joins_once(
    world: World, tmp_path: Path
) -> None:
    settings = settings_for(tmp_path)
    ticket = await world.open()
    address = reply_address(BASE, ticket, secret_key(settings, PURPOSE))
    async with opened(world, settings) as port:
        world.engine.away = True
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await talk(port, sent(letter("Hello"), address))
        assert refused.value.smtp_code == 451
        world.engine.away = False
        for _ in range(2):
            await talk(port, sent(letter("Hello"), address))
    timeline = (await world.get("client", f"/v1/tickets/{ticket}/timeline")).json()["items"]
    assert [entry["data"]["text"] for entry in timeline if entry["type"] == "comment_added"] == ["Hello"]


async def test_while_the_database_is_away_the_sender_keeps_the_mail(world: World, tmp_path: Path) -> None:
    async with opened(world, settings_for(tmp_path)) as port:
        with world.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE mails RENAME TO mails_elsewhere")
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await talk(port, sent(letter("Hello"), BASE))
        assert refused.value.smtp_code == 451
        with world.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE mails_elsewhere RENAME TO mails")
        assert await talk(port, sent(letter("Hello"), BASE)) == {}


async def test_a_mail_that_is_too_large_is_refused_before_it_is_sent(world: World, tmp_path: Path) -> None:
    async with opened(world, settings_for(tmp_path, inbound_mib=1)) as port:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            await talk(port, sent(letter("x" * 70 + "\n") * 20_000, BASE))
        assert refused.value.smtp_code == 552
        assert "1048576" in await talk(port, lambda client: (client.ehlo(), client.esmtp_features["size"])[1])


async def test_long_lines_bytes_beyond_ascii_and_rubbish_are_taken(world: World, tmp_path: Path) -> None:
    async with opened(world, settings_for(tmp_path)) as port:
        for raw in (
            b"From: x@y.example\r\n\r\n" + b"x" * 100_000 + b"\r\n", b"\xff\xfe\r\n\x80\r\n",
            b"From: a\r\n\r\n..\r\n.x\r\n",
        ):  # fmt: skip
            assert await talk(port, sent(raw, BASE)) == {}
    assert len(inbox.find(world.database)[0]) == 3


async def test_many_connections_at_once_lose_nothing(world: World, tmp_path: Path) -> None:
    async with opened(world, settings_for(tmp_path)) as port:
        raws = [letter(f"Mail {n}", From=f"x{n}@y.example", Message_ID=f"<{n}@y.example>") for n in range(20)]
        await asyncio.gather(*(talk(port, sent(raw, BASE)) for raw in raws))
    assert len(inbox.find(world.database)[0]) == 20


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate with its key in one file, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2099, 1, 1))  # noqa: DTZ001
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "both.pem"
    file.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return file


async def test_a_connection_can_be_encrypted(world: World, tmp_path: Path, certificate: Path) -> None:
    trusting = ssl._create_unverified_context()

    def encrypted(client: smtplib.SMTP) -> dict[str, Any]:
        client.starttls(context=trusting)
        return client.sendmail(ANNA, [BASE], letter("Hello"))

    settings = settings_for(tmp_path, inbound_tls_cert=certificate)
    async with opened(world, settings) as port:
        assert await talk(port, encrypted) == {}


async def test_the_application_opens_the_door_and_closes_it(world: World, tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path), engine=world.engine, database=world.database)
    async with app.router.lifespan_context(app):
        port = app.state.mail_port
        assert await talk(port, _said_hello) == 250
    with pytest.raises(OSError):
        await talk(port, _said_hello)


def _said_hello(client: smtplib.SMTP) -> int:
    return client.noop()[0]


async def test_more_connections_than_are_served_are_asked_to_come_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_CONNECTIONS", 3)
    async with opened(world, settings_for(tmp_path)) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for reader, _ in silent:
            assert (await reader.readline()).startswith(b"220")
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            await talk(port, _said_hello)
        assert refused.value.smtp_code == 421
        for _, writer in silent:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(60):
            while True:  # the server hears of it a moment later
                try:
                    assert await talk(port, _said_hello) == 250
                    break
                except smtplib.SMTPConnectError:
                    continue


async def test_nobody_stays_for_ever_by_saying_a_word_now_and_then(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LONGEST_VISIT", 0.5)
    async with opened(world, settings_for(tmp_path)) as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises(ConnectionError):
            while True:
                writer.write(b"NOOP\r\n")
                await writer.drain()
                if not await reader.readline():
                    raise ConnectionResetError
        writer.close()
