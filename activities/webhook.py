"""Webhooks: an event as a signed POST (Standard Webhooks) to an endpoint that somebody named."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from standardwebhooks import Webhook as Signer

from activities.channel import Post, Refused, Session, TryLater
from domain.webhooks import disabled
from runtime.egress import Egress, NoSuchHost, NotAllowed
from runtime.vault import Unsealed, Vault
from store import webhooks
from store.database import Database
from store.webhooks import Webhook

if TYPE_CHECKING:
    import httpx  # loaded with the first call: a seventh of what a worker's start would take otherwise

TIMEOUT = 15.0
"""Seconds an endpoint may take, from the first byte to the last."""
CONNECT_TIMEOUT = 5.0
READ_AT_MOST = 16_384
"""Bytes of an answer that are looked at; no more are read."""
DISABLED_AFTER = timedelta(days=5)
"""An endpoint that has failed for so long, without a success in between, is called no longer."""
KEPT = 200
"""Characters of an answer that are kept with the attempt."""

_THIS_ONE = frozenset({400, 409, 413, 415, 422})
"""Answers that speak of one body; any other failure is the endpoint's, and would meet the next body too."""

log = logging.getLogger(__name__)


class Webhooks:
    """The way to endpoints, as `store.webhooks` has them. `now` is asked for the instant of each failure."""

    name = "webhook"

    def __init__(self, database: Database, vault: Vault, egress: Egress, now: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._egress = egress
        self._now = now

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        import httpx

        limits = httpx.Timeout(TIMEOUT, connect=CONNECT_TIMEOUT)
        # No proxy of the environment: it would resolve the name anew, and our check would be worth nothing.
        async with httpx.AsyncClient(timeout=limits, follow_redirects=False, trust_env=False) as client:
            yield _Session(self, client)

    async def send(self, client: httpx.AsyncClient, post: Post) -> None:
        """One call, and what it means for the endpoint."""
        webhook = await asyncio.to_thread(webhooks.read, self._database, post.target)
        if webhook is None:
            raise Refused("the webhook was removed")
        if webhook.disabled_at is not None:
            raise Refused(f"the webhook is disabled: {webhook.disabled_for}. Enable it, then send the message again")
        try:
            await self._call(client, webhook, post)
        except TryLater as trouble:
            await self._has_failed(webhook, str(trouble))
            raise
        if webhook.failing_since is not None:
            await asyncio.to_thread(webhooks.succeeded, self._database, webhook.id)

    async def _call(self, client: httpx.AsyncClient, webhook: Webhook, post: Post) -> None:
        import httpx

        body = json.dumps(post.message.data, ensure_ascii=False, separators=(",", ":"))
        try:
            target = self._egress.target(webhook.url)
            address = await self._egress.resolve(target)
            headers = self._headers(webhook, post, body)
        except (NotAllowed, NoSuchHost, Unsealed) as error:
            raise TryLater(f"the endpoint is not called: {error}", server=True) from error
        host = f"[{address}]" if address.version == 6 else str(address)
        request = client.build_request(
            "POST",
            f"{target.scheme}://{host}:{target.port}{target.path}",
            content=body.encode(),
            headers={**headers, "Host": target.netloc},
            extensions={"sni_hostname": target.host},
        )
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await client.send(request, stream=True)
                try:
                    said = await _beginning(answer)
                finally:
                    await answer.aclose()
        except (TimeoutError, httpx.HTTPError) as error:
            kind = "took too long" if isinstance(error, (TimeoutError, httpx.TimeoutException)) else f"broke: {error}"
            raise TryLater(f"the call {kind}", server=True) from error
        if answer.status_code == 410:
            await self._disable(webhook, "the endpoint answered 410 Gone")
            raise Refused("the endpoint answered 410 Gone, so it is disabled")
        if not answer.is_success:
            what = f"the endpoint answered {answer.status_code}{f': {said}' if said else ''}"
            raise TryLater(what, server=answer.status_code not in _THIS_ONE)

    def _headers(self, webhook: Webhook, post: Post, body: str) -> dict[str, str]:
        secrets = [webhook.secret]
        if webhook.former_secret and webhook.former_until and webhook.former_until > post.at:
            secrets.append(webhook.former_secret)
        at = post.at.astimezone(UTC)
        signatures = (Signer(self._vault.open(one)).sign(post.message.key, at, body) for one in secrets)
        return {
            "Content-Type": "application/json",
            "User-Agent": "Escalade",
            "webhook-id": post.message.key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    async def _has_failed(self, webhook: Webhook, why: str) -> None:
        now = self._now()
        if webhook.failing_since is not None and now - webhook.failing_since >= DISABLED_AFTER:
            await self._disable(webhook, f"it has failed for {DISABLED_AFTER.days} days; last: {why}")
        else:
            await asyncio.to_thread(webhooks.failed, self._database, webhook.id, why, now)

    async def _disable(self, webhook: Webhook, why: str) -> None:
        now = self._now()
        told = [disabled(webhook.id, webhook.description or webhook.id, why, now)]
        if await asyncio.to_thread(webhooks.disable, self._database, webhook.id, why, told, now):
            log.error("a webhook is disabled; its reason is in the webhook", extra={"webhook": webhook.id})


class _Session:
    def __init__(self, way: Webhooks, client: httpx.AsyncClient) -> None:
        self._way = way
        self._client = client

    async def send(self, post: Post) -> None:
        await self._way.send(self._client, post)


async def _beginning(answer: httpx.Response) -> str:
    """The first words of an answer, on one line."""
    read = b""
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) >= READ_AT_MOST:
            break
    text = " ".join(read[:READ_AT_MOST].decode(errors="replace").split())
    return "".join(sign for sign in text if sign.isprintable())[:KEPT]
