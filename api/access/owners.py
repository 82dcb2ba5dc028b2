"""Whose each ticket is: it never changes, so what was asked for lately need not be read again."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 20_000


class Owners:
    """Organisations by ticket, the ones put in last."""

    def __init__(self, kept: int = REMEMBERED) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()
        self._kept = kept

    def get(self, ticket: str) -> str | None:
        """The organisation, or None when it is not remembered."""
        return self._known.get(ticket)

    def put(self, ticket: str, organisation: str) -> None:
        """Remembers it; the oldest gives way."""
        self._known[ticket] = organisation
        while len(self._known) > self._kept:
            self._known.popitem(last=False)
