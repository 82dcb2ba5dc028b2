"""A real OpenID Connect provider beside the tests, and browsers that sign in with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the provider's own use of what its library gives up
    from oidc_provider_mock import User, run_server_in_thread

PEOPLE: dict[str, dict[str, Any]] = {
    "u-anna": {"name": "Anna Berg", "email": "anna@acme.example", "email_verified": True, "groups": ["client:ACME"]},
    "u-new": {
        "name": "Noé Petit", "email": "noe@acme.example", "email_verified": True, "locale": "fr-FR",
        "preferred_username": "Noé.Petit", "groups": ["everybody", "client:acme:key_user"],
    },
    "u-posing": {"name": "Not Anna", "email": "anna@acme.example", "email_verified": False, "groups": ["client:ACME"]},
    "u-bob": {
        "name": "Bob Martin", "email": "BOB@support.example", "email_verified": True,
        "groups": ["support:level1"],
    },
    "u-clara": {
        "name": "Clara W.", "email": "clara@support.example", "email_verified": True,
        "groups": ["support:level1", "support:consultant/finance"],
    },
    "u-olaf": {"name": "Olaf", "preferred_username": "olaf.night", "groups": ["operations"]},
    "u-max": {"name": "Max", "email": "max@support.example", "email_verified": True, "groups": ["managers"]},
    "u-nobody": {"name": "Nobody", "email": "nobody@else.example", "email_verified": True, "groups": ["football"]},
    "u-two": {
        "name": "Two", "email": "two@x.example", "email_verified": True,
        "groups": ["client:acme", "client:beta"],
    },
    "u-lost": {"name": "Lost", "email": "lost@x.example", "email_verified": True, "groups": ["client:zeta"]},
}  # fmt: skip
CLIENT = "escalade"


@contextmanager
def provider(lasts: timedelta = timedelta(hours=1)) -> Iterator[str]:
    """A running provider's issuer."""
    people = [User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with run_server_in_thread(user_claims=people, access_token_max_age=lasts, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


def change(issuer: str, sub: str, **claims: Any) -> None:
    """Changes what the provider says of somebody."""
    answer = httpx.put(f"{issuer}/users/{sub}", json={**PEOPLE[sub], **claims}, trust_env=False)
    assert answer.is_success, answer.text


async def there(visitor: httpx.AsyncClient, next: str = "/v1/me", name: str = "sso") -> str:
    """The address at the provider to which the browser is sent."""
    sent = await visitor.get(f"/sign-in/with/{name}", params={"next": next})
    assert sent.status_code == 303, sent.text
    return sent.headers["Location"]


def back(address: str, sub: str) -> str:
    """What the provider sends the browser back to when that person agrees: path and query."""
    answer = httpx.post(address, data={"sub": sub}, trust_env=False)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


async def sign_in(visitor: httpx.AsyncClient, sub: str, next: str = "/v1/me") -> httpx.Response:
    """The whole way there and back."""
    return await visitor.get(back(await there(visitor, next), sub))


def query(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
