"""Where a reader can go: the doors that the permission table opens for that role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.pages.catalogue import mark

if TYPE_CHECKING:
    from api.access.auth import Principal


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: `title` is a sentence of the catalogue, `operation` its row in the table."""

    title: str
    address: str
    operation: str


HOMES = {"client": "/portal", "operations": "/operations", "integrator": "/docs"}
BOARD = "/board"
_ = mark

PLACES: tuple[Place, ...] = (
    Place(_("My tickets"), "/portal", "portal_tickets"),
    Place(_("Hours"), "/portal/hours", "portal_hours"),
    Place(_("Services"), "/portal/services", "portal_services"),
    Place(_("Contacts"), "/portal/contacts", "portal_contacts"),
    Place(_("Board"), BOARD, "board_queue"),
    Place(_("Operations"), "/operations", "operations_page"),
)
"""In the order shown. A place whose row does not name the reader's role is left out."""


def places(caller: Principal | None) -> list[Place]:
    """What this reader can open."""
    return [place for place in PLACES if caller is not None and caller.may(place.operation)]


def home(caller: Principal) -> str:
    """Where somebody who has just signed in goes."""
    return HOMES.get(str(caller.role), BOARD)
