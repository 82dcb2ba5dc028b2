"""The contract's choices: programme, region, extended hours."""

from __future__ import annotations

from domain.base import Model
from domain.terms.promises import SeverityTerms, Title


class Programme(Model):
    """What the client has subscribed to. `rank` 0 stands first in the queue (OL-03)."""

    name: str
    title: Title
    rank: int = 0
    success_manager: bool = False
    clause: tuple[str, ...] = ()


class Extended(Model):
    """Cover outside the local hours: its severities take the place of the local ones for these products (OL-04).

    `language` is spoken while the calendar `local` is closed. `products` empty: for every product.
    """

    severities: dict[str, SeverityTerms]
    products: tuple[str, ...] = ()
    local: str
    language: str | None = None
    clause: tuple[str, ...] = ()

    def holds_for(self, product: str | None) -> bool:
        """Whether it covers a request about this product; one about none named has local hours."""
        return not self.products or product in self.products
