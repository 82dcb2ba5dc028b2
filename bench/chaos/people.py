"""The people of the run: each sends one command after the other, repeats it as a good client does, or walks away."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from bench.chaos import steps
from bench.chaos.holdings import OPEN, Answer, Held, Holdings, opened_as
from bench.chaos.world import Caller, Client, World

PATIENCE = 15.0
"""Seconds that a caller waits for one answer."""
PERSISTENCE = 90.0
"""Seconds for which a command is sent again and again."""
WALKS_AWAY = 0.12
"""Share of commands whose caller does not try again."""
FILERS = 3
"""One of so many opens tickets."""
STORMY_SHARE = 0.6
"""Share of tickets whose promises are counted in seconds."""


@dataclass
class Seen:
    """A ticket as its people last saw it."""

    id: str
    client: Client
    status: str = "new"


class People:
    """`work` until told to stop. Everything random comes from the seed; how it interleaves, the machine decides."""

    def __init__(
        self,
        seed: int,
        world: World,
        apis: list[str],
        holdings: Holdings,
        tickets: int,
        seconds: float,
        now: Callable[[], float],
    ) -> None:
        self._world = world
        self._apis = apis
        self._holdings = holdings
        self._wanted = tickets
        self._seconds = seconds
        self._now = now
        self._seed = seed
        self._opened = 0
        self._number = 0
        self.seen: list[Seen] = []
        self.stopped = False

    async def work(self, number: int) -> None:
        """One of them, until `stopped`."""
        chance = random.Random(f"person {self._seed} {number}")
        limits = httpx.Limits(max_keepalive_connections=2)
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE, limits=limits) as http:
            while not self.stopped:
                # A few file, the others work on what was filed, or a slow moment would leave nobody for that.
                files = number % FILERS == 0 or not self.seen
                if files and self._opened < self._wanted * min(1.0, self._now() / (self._seconds * 0.8)):
                    await self._open(http, chance)
                elif self.seen:
                    await self._step(http, chance)
                await asyncio.sleep(chance.expovariate(1 / 0.25))

    async def _open(self, http: httpx.AsyncClient, chance: random.Random) -> None:
        self._opened += 1
        stormy = chance.random() < STORMY_SHARE
        client = chance.choice(self._world.clients[-2:] if stormy else self._world.clients[:-2])
        number = self._next()
        body = steps.opening(chance, client.agreement, number)
        ticket = opened_as(client.caller, number)
        held = Held(number, client.caller, OPEN, client.organisation, "/v1/tickets", body, ticket)
        await self._send(http, chance, held)
        if held.outcome is not None and held.outcome.done:
            self.seen.append(Seen(ticket, client))

    async def _step(self, http: httpx.AsyncClient, chance: random.Random) -> None:
        # The newer half is worked on more: what is older has had its life.
        recent = self.seen[-max(20, len(self.seen) // 3) :]
        seen = chance.choice(recent if chance.random() < 0.7 else self.seen)
        caller = seen.client.caller if chance.random() < 0.4 else chance.choice(self._world.staff)
        possible = await self._possible(http, caller, seen) if chance.random() < 0.4 else None
        operation = steps.choose(chance, seen.status, caller.role, possible)
        if operation is None:
            return
        number = self._next()
        body = steps.body(chance, operation, seen.client.agreement, number)
        path = f"/v1/tickets/{seen.id}/{steps.PATHS[operation]}"
        held = Held(number, caller, operation, seen.client.organisation, path, body, seen.id)
        await self._send(http, chance, held)
        outcome = held.outcome
        if outcome is not None:
            if outcome.done:
                seen.status = str(outcome.body["status"])
            else:
                seen.status = {"ticket_closed": "closed", "ticket_archived": "archived"}.get(
                    _code(outcome.body), chance.choice(("open", "waiting", "resolved"))
                )

    async def _send(self, http: httpx.AsyncClient, chance: random.Random, held: Held) -> None:
        self._holdings.all.append(held)
        persistent = chance.random() >= WALKS_AWAY
        until = time.monotonic() + PERSISTENCE
        while True:
            answer = await self._attempt(http, chance, held)
            held.answers.append(answer)
            if answer.final:
                self._judge(held, answer)
                return
            if answer.status >= 500 and answer.status != 503:
                self._holdings.broken.append(f"{held.operation} of {held.ticket}: {answer.status} {answer.text[:300]}")
            if not persistent or time.monotonic() > until:
                return
            await asyncio.sleep(chance.uniform(0.2, 1.0))

    async def _attempt(self, http: httpx.AsyncClient, chance: random.Random, held: Held) -> Answer:
        api = chance.randrange(len(self._apis))
        began, at = time.monotonic(), self._now()
        headers = {"Authorization": f"Bearer {held.caller.secret}", "Idempotency-Key": held.key}
        try:
            got = await http.post(self._apis[api] + held.path, json=held.body, headers=headers)
        except httpx.HTTPError as error:
            return Answer(at, time.monotonic() - began, 0, type(error).__name__, api=api)
        return Answer(at, time.monotonic() - began, got.status_code, got.text[:500], _json(got), api)

    def _judge(self, held: Held, answer: Answer) -> None:
        """A refusal must be one that the rules can give: what was acknowledged as open is not unknown."""
        if answer.status in (401, 404, 405, 413, 415) or _code(answer.body) in _NEVER:
            self._holdings.broken.append(
                f"{held.operation} of {held.ticket} ({held.key}): {answer.status} {answer.text[:300]}"
            )

    async def _possible(self, http: httpx.AsyncClient, caller: Caller, seen: Seen) -> set[str] | None:
        api = self._apis[self._number % len(self._apis)]
        try:
            got = await http.get(
                f"{api}/v1/tickets/{seen.id}/steps", headers={"Authorization": f"Bearer {caller.secret}"}
            )
        except httpx.HTTPError:
            return None
        if got.status_code >= 500 and got.status_code != 503:
            self._holdings.broken.append(f"list_steps of {seen.id}: {got.status_code} {got.text[:300]}")
        return {one["operation"] for one in got.json()["items"]} if got.status_code == 200 else None

    def _next(self) -> int:
        self._number += 1
        return self._number


_NEVER = ("ticket_lost", "invalid", "not_permitted", "idempotency_conflict")


def _json(got: httpx.Response) -> dict[str, Any]:
    try:
        found = got.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _code(body: dict[str, Any]) -> str:
    return str(body.get("type", "")).removeprefix("urn:escalade:")
