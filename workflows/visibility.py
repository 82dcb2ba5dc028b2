"""What operations see of a ticket in the engine's own pages: search attributes and a sentence. Nothing personal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

with workflow.unsafe.imports_passed_through():
    from domain.clock import Clock
    from domain.elapse import next_due
    from domain.ticket import Ticket
    from domain.words import Status

ORGANISATION = SearchAttributeKey.for_keyword("EscaladeOrganisation")
STATUS = SearchAttributeKey.for_keyword("EscaladeStatus")
LEVEL = SearchAttributeKey.for_keyword("EscaladeLevel")
SEVERITY = SearchAttributeKey.for_keyword("EscaladeSeverity")
NEXT_DUE = SearchAttributeKey.for_datetime("EscaladeNextDue")
"""Of runs that began before it was left out: nearly every step moves it, and each time is an event and a billed action
(decision 33). What falls due when is the record's to sort by; the sentence says it."""

SEARCH_ATTRIBUTES: dict[str, type] = {
    ORGANISATION.name: str,
    STATUS.name: str,
    LEVEL.name: str,
    SEVERITY.name: str,
    NEXT_DUE.name: datetime,
}
"""To be registered before the first ticket starts: the engine hangs on one that it does not know."""


def attributes(state: Ticket, *, with_due: bool = False) -> TypedSearchAttributes:
    """The search attributes of a ticket in this state; whoever starts its workflow sets those of the opening."""
    pairs: list[SearchAttributePair[str] | SearchAttributePair[datetime]] = [
        SearchAttributePair(ORGANISATION, state.organisation),
        SearchAttributePair(STATUS, str(state.status)),
        SearchAttributePair(LEVEL, f"{state.level}/{state.group}" if state.group else str(state.level)),
        SearchAttributePair(SEVERITY, state.severity),
    ]
    if with_due and (due := next_due(state)) is not None:
        pairs.append(SearchAttributePair(NEXT_DUE, due))
    return TypedSearchAttributes(pairs)


def show(state: Ticket, *, with_due: bool) -> None:
    """Writes what has changed, in one history event; called from the workflow after each recorded step."""
    shown, wanted = workflow.info().typed_search_attributes, attributes(state, with_due=with_due)
    updates: list[SearchAttributeUpdate[Any]] = [
        pair.key.value_set(pair.value) for pair in wanted if shown.get(pair.key) != pair.value
    ]
    archived = state.status is Status.archived
    passed = with_due and wanted.get(NEXT_DUE) is None and shown.get(NEXT_DUE) is not None
    if passed and not archived:
        updates.append(NEXT_DUE.value_unset())
    # An archived ticket's run ends with this step, which the engine shows by itself.
    if updates and not (archived and not with_due):
        workflow.upsert_search_attributes(updates)
    workflow.set_current_details(sentence(state))


def sentence(state: Ticket) -> str:
    """The ticket in a few words of Markdown, for the engine's Web UI."""
    where = f"{state.level} / {state.group}" if state.group else str(state.level)
    promises = "\n".join(
        f"- **{clock.id}** {clock.target.words}: {_stands(clock)}" for clock in state.clocks if clock.live
    )
    terms = f"{state.terms.agreement} {state.terms.revision}"
    return f"**{state.status}**, severity {state.severity}, at {where}, {terms}\n\n{promises}"


def _stands(clock: Clock) -> str:
    if clock.missed_due is not None:
        return f"missed {clock.missed_due:%Y-%m-%d %H:%M} UTC"
    if clock.due is not None:
        return f"due {clock.due:%Y-%m-%d %H:%M} UTC"
    return f"paused ({', '.join(clock.paused_by)})" if clock.paused_by else "no deadline"
