"""How much one caller may ask: a sliding count over windows that all API processes share in the database.

Two ways to count. `allow` is for every request: it counts in memory and brings the sums to the database once a second,
so that a command pays no write. `attempt` is for what is rare and dangerous (signing in, bad keys): it counts there and
then.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import ceil

from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItem, parse
from sqlalchemy.exc import SQLAlchemyError

from api.http.problems import Problem
from store import rates
from store.database import Database
from store.rates import Window

log = logging.getLogger(__name__)
SHARED_EVERY = timedelta(seconds=1)
"""How long a process counts alone: with P processes somebody gets P seconds' worth more at the most."""
REMEMBERED = 50_000


@dataclass(frozen=True)
class Standing:
    """How somebody stands to a limit. `left` requests now; after `seconds` there are more."""

    name: str
    limit: RateLimitItem
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """The `RateLimit` fields of the IETF's draft (httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit.amount};w={self.limit.get_expiry()}',
            "RateLimit": f'"{self.name}";r={max(self.left, 0)};t={self.seconds}',
        }


class Rates:
    """One for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Window, int] = {}
        self._mine: Counter[Window] = Counter()
        self._ends: dict[Window, datetime] = {}
        self._full: dict[str, datetime] = {}
        self._shared_at: datetime | None = None
        self._sharing: asyncio.Task[None] | None = None

    def allow(self, name: str, who: str, setting: str, now: datetime) -> Standing | None:
        """Counts one request of `who`; None without a limit. A Problem (429) when it was one too many."""
        limit = limit_of(setting)
        if limit is None:
            return None
        window, end = _window(name, who, limit, now)
        used = self._used(window, limit, now)
        if used + 1 > limit.amount:
            raise refusal(_standing(name, limit, used, now))
        self._mine[window] += 1
        self._ends[window] = end
        if self._shared_at is None:
            self._shared_at = now
        elif now - self._shared_at >= SHARED_EVERY and (self._sharing is None or self._sharing.done()):
            self._shared_at = now
            self._sharing = asyncio.get_running_loop().create_task(self.share(now))
        return _standing(name, limit, used + 1, now)

    async def attempt(self, name: str, who: str, setting: str, now: datetime) -> None:
        """Counts one attempt in the database at once. A Problem (429) when it was one too many."""
        limit = limit_of(setting)
        if limit is None:
            return
        window, end = _window(name, who, limit, now)
        full = self._full.get(window.key)
        if full is not None and now < full:
            # Told before; whoever goes on all the same costs no write.
            raise refusal(Standing(name, limit, 0, ceil((full - now).total_seconds())))
        found = await run_in_threadpool(rates.add, self._database, {window: (1, end)})
        used = _weighed(found.get(window, 1), found.get(window.before, 0), limit, now)
        if used > limit.amount:
            standing = _standing(name, limit, used, now)
            if len(self._full) >= REMEMBERED:
                self._full.clear()
            self._full[window.key] = now + timedelta(seconds=standing.seconds)
            raise refusal(standing)

    async def share(self, now: datetime) -> None:
        """Brings this process's counts to the database, and learns what the others counted."""
        mine, self._mine = self._mine, Counter()
        counts = {window: (more, self._ends[window]) for window, more in mine.items() if window in self._ends}
        try:
            found = await run_in_threadpool(rates.add, self._database, counts) if counts else {}
        except SQLAlchemyError as error:
            # Counting must never be why a request fails: the limit holds for this process alone meanwhile.
            log.warning("requests could not be counted together (%s)", type(error).__name__)
            self._mine.update(mine)
            return
        self._known.update(found)
        for window, (_, end) in counts.items():
            self._ends.setdefault(window.before, end - timedelta(seconds=window.length))
        gone = [window for window, end in self._ends.items() if end <= now and not self._mine[window]]
        for window in gone:
            del self._ends[window]
            self._known.pop(window, None)

    def _used(self, window: Window, limit: RateLimitItem, now: datetime) -> float:
        here = self._known.get(window, 0) + self._mine[window]
        before = window.before
        return _weighed(here, self._known.get(before, 0) + self._mine[before], limit, now)


@lru_cache(maxsize=64)
def limit_of(setting: str) -> RateLimitItem | None:
    """The limit that a setting like `12000/minute` says; None for `off`."""
    return None if setting == "off" else parse(setting)


def refusal(standing: Standing) -> Problem:
    """What is told to whoever asks too much."""
    detail = f"Too many requests: at most {standing.limit}. Wait {standing.seconds} seconds, then go on more slowly."
    headers = {"Retry-After": str(standing.seconds), **standing.headers}
    return Problem(429, "too_many_requests", detail, headers=headers)


def _window(name: str, who: str, limit: RateLimitItem, now: datetime) -> tuple[Window, datetime]:
    """The window of now, and when its count is worth nothing any more. Whoever it is, the key does not tell."""
    length = limit.get_expiry()
    number = int(now.timestamp() // length)
    digest = hashlib.sha256(who.encode()).hexdigest()[:24]
    end = datetime.fromtimestamp((number + 2) * length, UTC)
    return Window(f"{name}:{length}:{digest}", number), end


def _weighed(here: int, before: int, limit: RateLimitItem, now: datetime) -> float:
    """This window's count, and of the one before the part that the sliding window still covers."""
    length = limit.get_expiry()
    return here + before * (1 - (now.timestamp() % length) / length)


def _standing(name: str, limit: RateLimitItem, used: float, now: datetime) -> Standing:
    length = limit.get_expiry()
    rest = ceil(length - now.timestamp() % length)
    return Standing(name, limit, int(limit.amount - used), max(1, rest))
