"""The client itself."""

from __future__ import annotations

from types import TracebackType

import httpx

from .carrying import Carrying
from .generated.client import AuthenticatedClient
from .generated.rooms import Rooms


class Escalade(Rooms):
    """`Escalade("https://support.example", "esk_...")`: every operation, as `client.tickets.open_ticket(body)`.

    `timeout`: seconds for one attempt. `attempts`: how often a request is sent before its failure is the caller's.
    `transport` takes the place of the network, for tests. Close it, or use it in a `with`.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 30,
        attempts: int = 5,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        carrying = Carrying(transport or httpx.HTTPTransport(), attempts=attempts)
        self.client = AuthenticatedClient(
            base_url=url.rstrip("/"), token=key, timeout=httpx.Timeout(timeout), httpx_args={"transport": carrying}
        )
        super().__init__(self.client)

    def close(self) -> None:
        self.client.get_httpx_client().close()

    def __enter__(self) -> Escalade:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
