"""An ID token checked: who signed it, for whom, when, and in answer to what."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures of a key that only the provider has. Not `none`, and no HS256: its key would be our own secret."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""


class BadToken(Exception):
    """The token is not what it must be; the message names the claim, never its value."""


def checked(token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime) -> dict[str, Any]:
    """The claims of a token that is good. BadToken otherwise."""
    try:
        claims = dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "values": [issuer, issuer.rstrip("/"), f"{issuer.rstrip('/')}/"]},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True},
        ).validate(claims)
    except JoseError as error:
        raise BadToken(f"{type(error).__name__}: {error.description or error.error}") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadToken(f"cannot be read ({type(error).__name__})") from error
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise BadToken("nonce is another one")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise BadToken("azp is another client")
    if not claims["sub"] or len(claims["sub"]) > 255:
        raise BadToken("sub is empty or too long")
    return claims
