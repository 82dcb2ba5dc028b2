"""An ID token is good for one client, one sign-in, a while, and by a key of its provider only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from api.identity.id_token import BadToken, checked

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "one"})
KEYS = KeySet([KEY])
ISSUER = "https://id.example"


def claims(**changes: Any) -> dict[str, Any]:
    given = {
        "iss": ISSUER, "aud": "escalade", "sub": "u1", "nonce": "n", "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(minutes=5)).timestamp()), **changes,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def token(key: Any = KEY, alg: str = "RS256", **changes: Any) -> str:
    return jwt.encode({"alg": alg, "kid": "one"}, claims(**changes), key, algorithms=[alg])


def check(made: str, keys: KeySet = KEYS, now: datetime = NOW) -> dict[str, Any]:
    return checked(made, keys, issuer=ISSUER, client_id="escalade", nonce="n", now=now)


def test_a_good_token_tells_its_claims() -> None:
    assert check(token())["sub"] == "u1"
    assert check(token(aud=["escalade", "other"], azp="escalade"))["sub"] == "u1"
    assert check(token(iss=f"{ISSUER}/"))["sub"] == "u1"


def test_elliptic_keys_sign_too() -> None:
    key = ECKey.generate_key("P-256", {"kid": "one"})
    assert check(token(key, "ES256"), KeySet([key]))["sub"] == "u1"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"}, {"iss": None}, {"aud": "other"}, {"aud": None}, {"aud": []},
        {"aud": ["other"]}, {"aud": ["escalade", "other"]}, {"azp": "other"}, {"nonce": "m"}, {"nonce": None},
        {"nonce": 5}, {"sub": None}, {"sub": ""}, {"sub": "u" * 256}, {"exp": None}, {"exp": "soon"}, {"iat": None},
        {"exp": int((NOW - timedelta(minutes=1)).timestamp())},
        {"iat": int((NOW + timedelta(minutes=2)).timestamp())},
        {"nbf": int((NOW + timedelta(minutes=2)).timestamp())},
    ],
)  # fmt: skip
def test_a_claim_that_does_not_fit_refuses_it(changes: dict[str, Any]) -> None:
    with pytest.raises(BadToken):
        check(token(**changes))


def test_the_clocks_may_differ_by_a_minute() -> None:
    assert check(token(), now=NOW + timedelta(minutes=5, seconds=59))
    assert check(token(), now=NOW - timedelta(seconds=59))
    with pytest.raises(BadToken):
        check(token(), now=NOW + timedelta(minutes=6))


def test_a_signature_with_our_own_secret_or_with_none_counts_for_nothing() -> None:
    secret = OctKey.import_key(b"the client's secret, long enough")
    with pytest.raises(BadToken):
        check(token(secret, "HS256"), KeySet([secret]))
    with pytest.raises(BadToken):
        check(jwt.encode({"alg": "none"}, claims(), KEY, algorithms=["none"]))


def test_another_key_counts_for_nothing() -> None:
    with pytest.raises(BadToken):
        check(token(RSAKey.generate_key(2048, {"kid": "one"})))


@pytest.mark.parametrize("junk", ["", ".", "..", "a.b.c", "{}", "é" * 9, "e30.e30.e30"])
def test_what_is_no_token_is_refused(junk: str) -> None:
    with pytest.raises(BadToken):
        check(junk)
