"""Where we may call out to: whichever way a private address is written, and whenever a name begins to lead there."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from runtime.egress import Egress, NoSuchHost, NotAllowed
from runtime.settings import Settings


@pytest.fixture
def egress(tmp_path: Path) -> Egress:
    return Egress(Settings(home=tmp_path))


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def found(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.1.1/", "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://0.0.0.0/", "https://224.0.0.1/",
        "https://[::1]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://[::ffff:10.0.0.8]/",
        "https://[::127.0.0.1]/", "https://[::ffff:0:127.0.0.1]/", "https://[fec0::1]/", "https://[64:ff9b:1::7f00:1]/",
        "https://[2606:4700::5efe:7f00:1]/", "https://[2606:4700::200:5efe:a00:8]/", "https://192.0.0.8/",
        "https://[5f00::1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::a00:8]/", "https://[2002:a00:8::1]/",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_however_it_is_written(egress: Egress, url: str) -> None:
    with pytest.raises(NotAllowed, match="private network"):
        egress.target(url)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
async def test_what_the_system_reads_as_an_address_of_this_machine_is_refused_too(egress: Egress, host: str) -> None:
    with pytest.raises((NotAllowed, NoSuchHost)):
        await egress.resolve(egress.target(f"https://{host}/"))


async def test_a_name_is_checked_each_time_by_all_that_it_leads_to(
    egress: Egress, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = egress.target("https://hooks.acme.example/")
    leads_to(monkeypatch, "93.184.215.14")
    assert str(await egress.resolve(target)) == "93.184.215.14"
    for private in ("10.0.0.8", "127.0.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "::ffff:10.0.0.8"):
        for addresses in ([private], ["93.184.215.14", private], [private, "93.184.215.14"]):
            leads_to(monkeypatch, *addresses)
            with pytest.raises(NotAllowed, match="private network"):
                await egress.resolve(target)


async def test_a_name_that_leads_nowhere_can_be_tried_again(egress: Egress, monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch)
    with pytest.raises(NoSuchHost):
        await egress.resolve(egress.target("https://hooks.acme.example/"))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.acme.example/", "https"),
        ("ftp://hooks.acme.example/", "https://"),
        ("https://anna:secret@hooks.acme.example/", "password"),
        ("https://hooks.acme.example/#part", "#"),
        ("https://hooks.acme.example/a b", "spaces"),
        ("https://hooks.acme.example/\r\nHost: inside", "spaces"),
        ("https://hooks.acme.example:99999/", "no address"),
        ("https:///hook", "https://"),
    ],
)
def test_what_can_never_be_called_says_why(egress: Egress, url: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        egress.target(url)


def test_a_network_that_is_allowed_may_be_called_and_no_other(tmp_path: Path) -> None:
    egress = Egress(Settings(home=tmp_path, webhook_private_networks="10.1.0.0/16"))
    assert egress.target("https://10.1.2.3/").host == "10.1.2.3"
    with pytest.raises(NotAllowed):
        egress.target("https://10.2.0.1/")
