"""Where a request comes from: only our own proxies are believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.http.origin import address, truncated
from runtime.settings import Settings, SettingsError


class App:
    """What of the application is looked at."""

    def __init__(self, trusted: str) -> None:
        self.state = type("State", (), {"settings": Settings(trusted_proxies=trusted)})()


def request(client: str, *forwarded: str, trusted: str = "10.0.0.0/8, ::1") -> Request:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return Request({"type": "http", "app": App(trusted), "client": (client, 1), "headers": headers})


@pytest.mark.parametrize(
    ("client", "forwarded", "found"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4", "198.51.100.1, 10.0.0.7"), "198.51.100.1"),
        ("10.0.0.1", ("nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.5",), "10.0.0.5"),
        ("::1", ("2001:db8::7",), "2001:db8::7"),
        ("10.0.0.1", (), "10.0.0.1"),
    ],
)
def test_the_first_hop_from_the_right_that_is_not_ours_is_the_caller(
    client: str, forwarded: tuple[str, ...], found: str
) -> None:
    assert address(request(client, *forwarded)) == found


def test_without_proxies_of_our_own_the_header_means_nothing() -> None:
    assert address(request("10.0.0.1", "198.51.100.1", trusted="")) == "10.0.0.1"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("[2001:db8::1]", "2001:db8::/48"),
        ("nobody", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_is_kept_is_a_network(given: str, kept: str) -> None:
    assert truncated(given) == kept


@given(st.text(max_size=60))
def test_whatever_stands_in_the_header_somebody_is_found(text: str) -> None:
    made = request("10.0.0.1", text.encode("ascii", "ignore").decode())
    assert address(made)


def test_a_network_that_is_none_is_refused_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_TRUSTED_PROXIES", "10.0.0.0/8, our proxy")
    with pytest.raises(SettingsError, match="ESCALADE_TRUSTED_PROXIES"):
        Settings.load()
