"""Another interval of progress reports, agreed with the client for one ticket (OL-17)."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions, in_work
from domain.target import ALWAYS, Target, Unit, parse
from domain.words import ClockKind, Verdict

SHORTEST = 15 * 60
"""Seconds: nobody reads, or writes, a report every minute."""
_GRAMMAR = '"90 min", "4 h", "3 business days", "7 days", "2 weeks"'


def _agree(draft: Draft, step: cmd.AgreeInterval) -> None:
    """The update clock is measured again from its start; where that has passed, it begins anew: nothing was broken."""
    state = draft.state
    in_work(draft, "agree on another interval")
    if not state.terms.contact.interval_agreed:
        raise DomainError("interval_fixed", "The agreement fixes the interval of its progress reports.")
    target = _interval(step.every, state.severity_terms.update)
    clock = state.clock(ClockKind.update)
    if clock is None:
        keeping.start(draft, ClockKind.update, target)
    else:
        due = clock.model_copy(update={"target": target}).stood_at(state.terms.calendars)
        if due is None or due > draft.now:
            keeping.measure_again(draft, clock, target)
        else:
            keeping.end(draft, clock, Verdict.cancelled, reason="another interval was agreed")
            keeping.start(draft, ClockKind.update, target)
    # After the clock, so that whoever tells the client of it knows the next due instant.
    draft.add(ev.IntervalAgreed(target=target, reason=step.reason))


def _interval(every: str, promised: Target | None) -> Target:
    """Counted on the calendar of the severity's own updates, and delivered as these are."""
    on = promised.on if promised and promised.on != ALWAYS else None
    delivered = promised.delivered if promised else None
    clause = promised.clause if promised else ()
    try:
        target = parse(every, on=on, delivered=delivered, clause=clause)
    except ValueError:
        target = None
    if target is None or target.amount is None or target.earliest is not None:
        raise DomainError("unknown_interval", f'"{every}" is no interval; write, for example, {_GRAMMAR}.')
    if target.unit in (Unit.elapsed, Unit.opening) and target.amount < SHORTEST:
        raise DomainError("unknown_interval", f'"{every}" is too short an interval; the shortest is 15 min.')
    return target


DECISIONS: Decisions = {cmd.AgreeInterval: _agree}
