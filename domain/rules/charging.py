"""Who pays for the time on a ticket: nobody, the hour packages, or an invoice. In minutes."""

from __future__ import annotations

from collections.abc import Mapping

from domain.terms import RequestTerms
from domain.ticket import Ticket
from domain.words import Cover


def cover_of(state: Ticket, request: RequestTerms | None = None) -> Cover:
    """Who pays for work on the ticket, as it stands, or were it a `request` of another kind.

    Work at a level that bills is billed, whatever its kind (PC-14); without kinds everything is included.
    """
    level = state.level if request is None else request.level
    request = request or state.request_terms
    if request is not None and request.cover is not Cover.included:
        return request.cover
    return Cover.billable if level in state.terms.levels and state.terms.levels[level].billed else Cover.included


def charged_to(state: Ticket, cover: Cover) -> int:
    """What the ticket's entries are charged to `cover`."""
    return sum(entry.charged for entry in state.entries if entry.cover is cover)


def deducted_after(state: Ticket, cover: Cover, changed: Mapping[int, int]) -> int:
    """What is deducted once the entries that `charged_again` names are charged to `cover`."""
    kept = sum(
        entry.charged for entry in state.entries if entry.cover is Cover.deducted and entry.number not in changed
    )
    return kept + (sum(changed.values()) if cover is Cover.deducted else 0)


def charged_again(state: Ticket, cover: Cover, cap: int | None) -> dict[int, int]:
    """What each entry that changes its payer is charged once the work counts as `cover`, by number (1L-26).

    Included: nothing. Deducted or billed: what it counts, up to `cap` over all of them. Where billed work needs a
    quote first, what was done free of charge before it stays so; what is not handled here stays as it was.
    """
    if cover is Cover.not_handled:
        return {}
    needs_quote = state.terms.quotes is not None and state.terms.quotes.first
    charged: dict[int, int] = {}
    total = charged_to(state, cover)
    for entry in state.entries:
        if entry.cover is cover:
            continue
        if cover is Cover.billable and needs_quote and entry.cover is Cover.included:
            continue
        most = entry.counted if cap is None else max(0, min(entry.counted, cap - total))
        charged[entry.number] = 0 if cover is Cover.included else most
        total += charged[entry.number]
    return charged
