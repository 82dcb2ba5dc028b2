"""What has to be set before the first response, where the agreement demands it (OL-08)."""

from __future__ import annotations

from domain.draft import Draft
from domain.errors import DomainError
from domain.terms.contact import Evaluated
from domain.ticket import Ticket
from domain.words import STAFF, Contact

_STEPS: dict[Evaluated, str] = {
    "assignee": "who works on it (assign)",
    "kind": "the kind of request (classify)",
    "severity": "the severity (triage)",
    "impact": "the impact (triage)",
}


def lacking(state: Ticket) -> tuple[Evaluated, ...]:
    """What the agreement wants to be set before the first response, and is not yet.

    The severity is set when a member of staff has set it; kind and impact only where the agreement tells any apart.
    """
    terms = state.terms
    unset: dict[Evaluated, bool] = {
        "assignee": state.assignee is None,
        "kind": bool(terms.requests) and state.kind is None,
        "severity": state.provisional,
        "impact": state.impact is None and any(severity.impacts for severity in terms.severities.values()),
    }
    return tuple(need for need in terms.contact.before_response if unset[need])


def require(draft: Draft, how: Contact) -> None:
    """DomainError `not_evaluated` when a person's contact would be the first response too early, naming what lacks.

    What the same step sets counts, and what it takes away (an escalation leaves the assignee behind) does not matter.
    """
    state, before = draft.state, draft.before or draft.state
    if before.answered or how not in state.terms.first_response or draft.by.role not in STAFF:
        return
    still = [need for need in lacking(state) if need in lacking(before)]
    if still:
        raise DomainError(
            "not_evaluated",
            f"Before the first response the agreement wants to be set: {', '.join(_STEPS[need] for need in still)}.",
        )
