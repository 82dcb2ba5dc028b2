"""`evolve(state, event) -> state`: what an event means. Pure, total, no decisions: those were made before.

Each module knows the facts of one subject.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain import events as ev
from domain.commands import Open
from domain.events import Event
from domain.evolve import calls, clocks, erasing, life, money, provider, rnd, rollout, scope
from domain.evolve.shape import Changes
from domain.holdings import Interruption
from domain.ticket import Ticket
from domain.words import Level

_CHANGES: Changes = {
    **calls.CHANGES, **clocks.CHANGES, **life.CHANGES, **scope.CHANGES, **money.CHANGES, **rnd.CHANGES,
    **provider.CHANGES, **rollout.CHANGES, **erasing.CHANGES,
}  # fmt: skip


def rebuild(events: Iterable[Event]) -> Ticket:
    """The state that a ticket's events add up to. ValueError when they do not begin with its opening."""
    state: Ticket | None = None
    for event in events:
        state = evolve(state, event)
    if state is None:
        raise ValueError("a ticket without events has no state")
    return state


def evolve(state: Ticket | None, event: Event) -> Ticket:
    """The state after `event`. ValueError when the first event is not the opening."""
    fact = event.fact
    if isinstance(fact, ev.TicketOpened):
        return _opened(fact, event)
    if state is None:
        raise ValueError("the first event of a ticket is its opening")
    change = _CHANGES.get(type(fact))
    changes = change(state, fact, event) if change else {}
    return Ticket.adopted({**state.__dict__, **changes, "sequence": event.sequence})


def _opened(fact: ev.TicketOpened, event: Event) -> Ticket:
    opening = fact.opening
    served = opening.terms.served
    led = served.before_acceptance if not opening.accepted else None
    return Ticket.made(
        id=opening.ticket,
        subject=opening.subject,
        channel=opening.channel,
        organisation=opening.organisation,
        contract=opening.contract,
        contact=opening.contact,
        language=opening.language,
        terms=opening.terms,
        opened_at=event.at,
        at_level_since=event.at,
        level=led or Level.support,
        group=served.before_acceptance_group if led else None,
        severity=fact.severity,
        severity_asked=opening.severity,
        provisional=opening.terms.triage_provisional,
        episode=opening.episode,
        kind=opening.kind or opening.terms.default_request,
        impact=opening.impact,
        intake=opening.intake,
        product=opening.product,
        covers=opening.covers,
        accepted=opening.accepted,
        representatives=opening.representatives,
        success_manager=opening.success_manager,
        interruption=_interruption(opening),
        ahead=opening.ahead,
        sequence=event.sequence,
    )


def _interruption(opening: Open) -> Interruption | None:
    if opening.service is None or opening.down_since is None:
        return None
    return Interruption(service=opening.service, down_since=opening.down_since)
