"""From the domain's shapes to the API's, each as its reader may see it."""

from __future__ import annotations

from api.access.auth import Principal
from api.shapes import ReceiptView, TicketView, links
from domain.record import Summary
from domain.visible import HIDDEN
from domain.words import Role
from workflows.protocol import Receipt


def ticket_view(summary: Summary, reader: Principal) -> TicketView:
    """A ticket's row. When something falls due next can be an internal promise, which a client is not told."""
    fields = {name: getattr(summary, name) for name in Summary.model_fields}
    if reader.role is Role.client:
        fields["next_due"] = None
    return TicketView(**fields, links=links(summary.id))


def receipt_view(receipt: Receipt, reader: Principal) -> ReceiptView:
    """A receipt without what is internal, for a client."""
    client = reader.role is Role.client
    return ReceiptView(
        ticket=receipt.ticket,
        sequence=receipt.sequence,
        at=receipt.at,
        status=receipt.status,
        severity=receipt.severity,
        level=receipt.level,
        assignee=receipt.assignee,
        next_due=None if client else receipt.next_due,
        events=[type_ for type_ in receipt.events if not (client and type_ in HIDDEN)],
        links=links(receipt.ticket),
    )
