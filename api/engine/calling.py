"""What every part of the engine calls Temporal by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager

from temporalio.client import Client


class Calls(ABC):
    """A part of the engine: the client and the queue that it has with the others, and one way of calling."""

    _client: Client
    _queue: str

    @abstractmethod
    def _calling(self, step: str | None = None) -> AbstractAsyncContextManager[None]:
        """The time limit of one call, and Temporal's errors in our words."""
