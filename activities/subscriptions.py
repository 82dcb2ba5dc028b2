"""Who has subscribed to what happens: looked up every few seconds, not at every step of every ticket."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from domain.webhooks import Subscription
from store import webhooks
from store.database import Database

KEPT = 2.0
"""Seconds after which a new webhook is heard of by every worker."""


class Subscriptions:
    """The subscriptions as they stood a moment ago; `clock` gives seconds. The database's error when it is away."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Sequence[Subscription] = ()
        self._until: float | None = None

    def __call__(self) -> Sequence[Subscription]:
        with self._lock:
            if self._until is None or self._clock() >= self._until:
                self._known = webhooks.subscriptions(self._database)
                self._until = self._clock() + KEPT
            return self._known
