"""Pages, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Page(Protocol[T]):
    """What every list answers with."""

    @property
    def items(self) -> list[T]: ...

    @property
    def next_(self) -> Any: ...


def every(ask: Callable[..., Page[T]], **wanted: Any) -> Iterator[T]:
    """Everything on the list, page after page: `every(client.tickets.list_tickets, status=[Status.OPEN])`."""
    page = ask(**wanted)
    while True:
        yield from page.items
        if not page.next_:
            return
        page = ask(**{**wanted, "cursor": page.next_})
