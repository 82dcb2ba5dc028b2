"""What is asked of a provider: its metadata, its keys, tokens for a code, and what it knows of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from api.identity.providers import LOOPBACK, Provider

FRESH_FOR = timedelta(hours=1)
"""How long metadata and keys are believed; a key that is not among them is looked for once more."""
AGAIN_AFTER = timedelta(minutes=1)
TIMEOUT = 10.0
LARGEST = 1_000_000
"""Bytes of an answer."""


class ProviderAway(Exception):
    """The provider does not answer, or not as OpenID Connect says; the message is for the log."""


class CodeRefused(Exception):
    """The provider gives nothing for this code: it was used, ran out, or is another's."""


@dataclass
class ProviderClient:
    """One provider. Its answers are remembered for a while."""

    provider: Provider
    _metadata: tuple[datetime, dict[str, Any]] | None = field(default=None, repr=False)
    _keys: tuple[datetime, KeySet] | None = field(default=None, repr=False)

    async def metadata(self, now: datetime) -> dict[str, Any]:
        """The discovery document, checked to be the issuer's own. ProviderAway."""
        if self._metadata and now < self._metadata[0] + FRESH_FOR:
            return self._metadata[1]
        found = await self._json("GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self.provider.issuer.rstrip("/"):
            raise ProviderAway("the discovery document is of another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _checked(str(found.get(name, "")))
        self._metadata = (now, found)
        return found

    async def keys(self, now: datetime, *, again: bool = False) -> KeySet:
        """The keys that sign; fetched `again` at most once a minute. ProviderAway."""
        patience = AGAIN_AFTER if again else FRESH_FOR
        if self._keys and now < self._keys[0] + patience:
            return self._keys[1]
        found = await self._json("GET", str((await self.metadata(now))["jwks_uri"]))
        try:
            listed: KeySetSerialization = {"keys": [one for one in found["keys"] if one.get("use", "sig") == "sig"]}
            keys = KeySet.import_key_set(listed)
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProviderAway(f"its keys cannot be read ({type(error).__name__})") from error
        self._keys = (now, keys)
        return keys

    async def exchange(self, code: str, verifier: str, redirect_uri: str, now: datetime) -> dict[str, Any]:
        """The tokens for a code. CodeRefused or ProviderAway."""
        metadata, provider = await self.metadata(now), self.provider
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        secret = provider.client_secret.get_secret_value() if provider.client_secret else None
        ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = secret is not None and "client_secret_basic" in ways
        if not basic:
            body |= {"client_id": provider.client_id, **({"client_secret": secret} if secret else {})}
        auth = httpx.BasicAuth(_quoted(provider.client_id), _quoted(secret or "")) if basic else None
        return await self._json("POST", str(metadata["token_endpoint"]), data=body, auth=auth, refused=CodeRefused)

    async def userinfo(self, access_token: str, now: datetime) -> dict[str, Any]:
        """What the provider tells of the person; nothing where it has no such address. ProviderAway."""
        address = (await self.metadata(now)).get("userinfo_endpoint")
        if not address or not access_token:
            return {}
        return await self._json("GET", _checked(str(address)), headers={"Authorization": f"Bearer {access_token}"})

    async def _json(
        self, method: str, address: str, *, refused: type[Exception] | None = None, **more: Any
    ) -> dict[str, Any]:
        here = urlsplit(address).hostname in LOOPBACK  # a proxy for the world outside must not be asked for it
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=not here) as http:
                answer = await http.request(method, address, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderAway(type(error).__name__) from error
        if refused is not None and 400 <= answer.status_code < 500:
            raise refused
        try:
            content = answer.json() if answer.is_success and len(answer.content) <= LARGEST else None
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise ProviderAway(f"{urlsplit(address).path} answers {answer.status_code} without what was asked for")
        return content


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        raise ProviderAway("the discovery document names an address that is none, or not https")
    return address


def _quoted(part: str) -> str:
    return str(httpx.QueryParams({"": part}))[1:]  # as a form would write it (RFC 6749, 2.3.1)
