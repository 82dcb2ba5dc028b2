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

SEARCH_ATTRIBUTES: dict[str, type] = {
    ORGANISATION.name: str,
    STATUS.name: str,
    LEVEL.name: str,
    SEVERITY.name: str,
    NEXT_DUE.name: datetime,
}
"""To be registered before the first ticket starts: the engine hangs on one that it does not know."""


def attributes(state: Ticket) -> TypedSearchAttributes:
    """The search attributes of a ticket in this state; whoever starts its workflow sets those of the opening."""
    due = next_due(state)
    pairs: list[SearchAttributePair[str] | SearchAttributePair[datetime]] = [
        SearchAttributePair(ORGANISATION, state.organisation),
        SearchAttributePair(STATUS, str(state.status)),
        SearchAttributePair(LEVEL, f"{state.level}/{state.group}" if state.group else str(state.level)),
        SearchAttributePair(SEVERITY, state.severity),
    ]
    if due is not None:
        pairs.append(SearchAttributePair(NEXT_DUE, due))
    return TypedSearchAttributes(pairs)


def show(state: Ticket) -> None:
    """Writes what has changed, in one history event; called from the workflow after each recorded step."""
    shown, wanted = workflow.info().typed_search_attributes, attributes(state)
    updates: list[SearchAttributeUpdate[Any]] = [
        pair.key.value_set(pair.value) for pair in wanted if shown.get(pair.key) != pair.value
    ]
    # An archived ticket's run ends with this step: taking its last due instant back is not worth an event.
    passed = wanted.get(NEXT_DUE) is None and shown.get(NEXT_DUE) is not None
    if passed and state.status is not Status.archived:
        updates.append(NEXT_DUE.value_unset())
    if updates:
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
