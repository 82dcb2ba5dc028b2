"""A webhook over TLS: called at the address that was checked, and only where somebody proves to be the name it has."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import certifi
import pytest

from runtime.settings import Settings
from store.database import Database
from tests.activities.authority import Authority
from tests.activities.http_sink import HttpSink, listening
from tests.activities.samples import NUMBER
from tests.activities.test_webhook import Hooked
from tests.factories import Life

NAME = "hooks.acme.example"
PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.8"


class Names:
    """A resolver whose answers change from one look to the next; the last one stays."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def getaddrinfo(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Names]:
    """Lets the names of this test's event loop lead to those addresses."""

    def answer(*answers: tuple[str, ...]) -> Names:
        names = Names(*answers)
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names.getaddrinfo)
        return names

    return answer


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that clients of this test trust, and no other."""
    made = Authority(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(made.file))
    return made


@pytest.fixture
async def endpoint(authority: Authority) -> AsyncIterator[HttpSink]:
    async with listening(authority.serving(NAME)) as sink:
        yield sink


def hooked(database: Database, tmp_path: Path, sink: HttpSink, *, allowed: str = "127.0.0.0/8") -> Hooked:
    settings = Settings(home=tmp_path, webhook_private_networks=allowed)
    return Hooked(database, settings, f"https://{NAME}:{sink.port}/hook")


async def test_it_is_called_by_its_name_at_the_address_that_was_checked(
    database: Database, tmp_path: Path, endpoint: HttpSink, named: Callable[..., Names]
) -> None:
    names = named(("127.0.0.1",), (PRIVATE,))
    desk = hooked(database, tmp_path, endpoint)
    await desk.record(Life(NUMBER))
    await desk.deliver()
    (call,) = endpoint.calls
    assert call.headers["host"] == f"{NAME}:{endpoint.port}"
    # Looked up once: a second look could lead elsewhere, after the check.
    assert names.asked == [NAME]


async def test_a_name_that_leads_to_a_private_address_by_now_is_not_called(
    database: Database, tmp_path: Path, endpoint: HttpSink, named: Callable[..., Names]
) -> None:
    desk = hooked(database, tmp_path, endpoint, allowed="")
    named(("127.0.0.1",))
    await desk.record(Life(NUMBER))
    await desk.deliver()
    assert endpoint.calls == []
    assert "private network" in str(desk.sent()[0].last_error)


async def test_whoever_proves_to_be_another_name_is_told_nothing(
    database: Database, tmp_path: Path, authority: Authority, named: Callable[..., Names]
) -> None:
    named(("127.0.0.1",))
    async with listening(authority.serving("other.acme.example")) as sink:
        desk = hooked(database, tmp_path, sink)
        await desk.record(Life(NUMBER))
        await desk.deliver()
        assert sink.calls == []
    assert "certificate" in str(desk.sent()[0].last_error)


async def test_a_certificate_of_an_authority_that_nobody_knows_is_refused(
    database: Database, tmp_path: Path, authority: Authority, named: Callable[..., Names]
) -> None:
    named(("127.0.0.1",))
    (tmp_path / "stranger").mkdir()
    async with listening(Authority(tmp_path / "stranger").serving(NAME)) as sink:
        desk = hooked(database, tmp_path, sink)
        await desk.record(Life(NUMBER))
        await desk.deliver()
        assert sink.calls == []
    assert "certificate" in str(desk.sent()[0].last_error)


async def test_no_proxy_of_the_environment_comes_in_between(
    database: Database,
    tmp_path: Path,
    endpoint: HttpSink,
    named: Callable[..., Names],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named(("127.0.0.1",))
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    desk = hooked(database, tmp_path, endpoint)
    await desk.record(Life(NUMBER))
    await desk.deliver()
    assert len(endpoint.calls) == 1


async def test_a_redirection_to_inside_is_not_followed(
    database: Database, tmp_path: Path, endpoint: HttpSink, named: Callable[..., Names]
) -> None:
    names = named(("127.0.0.1",))
    endpoint.answer = lambda call: (307, {"location": f"https://{NAME}:{endpoint.port}/inside"}, b"")
    desk = hooked(database, tmp_path, endpoint)
    await desk.record(Life(NUMBER))
    await desk.deliver()
    assert [call.path for call in endpoint.calls] == ["/hook"]
    assert names.asked == [NAME]
    assert "307" in str(desk.sent()[0].last_error)
