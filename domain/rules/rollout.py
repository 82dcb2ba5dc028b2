"""A newer revision of the agreement reaches a running ticket (docs/decisions/0009-roll-out.md)."""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.clock import Clock
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions
from domain.target import Target
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import ClockKind, Status, Verdict

TOLD = (*keeping.PROMISED, ClockKind.consent)
"""Clocks whose due instants clients are told."""


def _change_terms(draft: Draft, step: cmd.ChangeTerms) -> None:
    """The ticket is kept under the new terms from now on; every live clock is measured again from its start.

    Refused, so that somebody decides: a ticket that stands where the new terms have no place for it.
    """
    before, terms = draft.state, step.terms
    _fits(before, terms)
    remind_at = _remind_at(before, terms, draft.now)
    draft.add(ev.TermsChanged(terms=terms, before=before.terms.revision, rollout=step.rollout, remind_at=remind_at))
    if before.active:
        keeping.retarget(draft, before=before.terms.calendars)
    elif before.status is Status.resolved:
        # Nothing begins while consent is asked: what is promised again after a refusal begins then.
        for kind in keeping.PROMISED:
            _again(draft, before, kind, draft.state.promised(kind))
    if before.active or before.status is Status.resolved:
        _again(draft, before, ClockKind.internal, draft.state.level_terms.internal)
        _silence(draft, before)
        keeping.hold_again(draft, before)
    moved = tuple(_moved(before, draft.state, draft.now))
    if moved:
        draft.add(ev.TimesMoved(moved=moved))


def _fits(state: Ticket, terms: Terms) -> None:
    if terms.agreement != state.terms.agreement:
        raise DomainError(
            "other_agreement", f"The ticket's agreement is {state.terms.agreement}, not {terms.agreement}."
        )
    if terms.revision == state.terms.revision:
        raise DomainError("terms_unchanged", f"The ticket is kept under revision {terms.revision} already.")
    if state.severity not in terms.severities:
        raise _gone("severity", state.severity, "Set one that both revisions have, then roll out again.")
    level = terms.levels.get(state.level)
    if level is None:
        raise _gone("level", str(state.level), "Escalate the ticket to one that both revisions have first.")
    if state.group is not None and state.group not in level.groups:
        raise _gone("group", state.group, "Escalate the ticket to one that both revisions have first.")
    if state.kind is not None and state.kind not in terms.requests:
        raise _gone("kind", state.kind, "Classify the request as one that both revisions have first.")
    interval = state.interval
    if interval is not None and not {interval.on, interval.delivered or interval.on} <= {*terms.calendars}:
        raise _gone("interval", interval.words, "Agree on another interval of updates first: its calendar is gone.")


def _gone(what: str, name: str, next_step: str) -> DomainError:
    return DomainError(f"{what}_gone", f'The new revision has no {what} "{name}", where the ticket stands. {next_step}')


def _remind_at(state: Ticket, terms: Terms, now: datetime) -> datetime | None:
    """The reminder that is planned stays where both revisions remind; one that is new begins now."""
    planned = state.resolution.remind_at if state.resolution else None
    if state.status is not Status.resolved or terms.consent.remind is None or planned is not None:
        return None if terms.consent.remind is None else planned
    return terms.consent.remind.due(now, terms.calendars)


def _again(draft: Draft, before: Ticket, kind: ClockKind, target: Target | None) -> None:
    """Measures the live clock of a kind again, or ends it where nothing is promised any longer."""
    clock = draft.state.clock(kind)
    if clock is not None and target is not None:
        keeping.measure_again(draft, clock, target, before=before.terms.calendars)
    elif clock is not None:
        keeping.end(draft, clock, Verdict.cancelled, reason="not promised by the new revision")
    elif target is not None and kind is ClockKind.internal and draft.state.active:
        keeping.start(draft, kind, target, at=draft.state.at_level_since)


def _silence(draft: Draft, before: Ticket) -> None:
    """When silence closes the ticket: never earlier than the client was told, unless it has the whole time anew."""
    state = draft.state
    clock, target = state.clock(ClockKind.consent), state.terms.consent.silence
    if target is None or state.status is not Status.resolved:
        return _again(draft, before, ClockKind.consent, target)
    if clock is None:
        return keeping.start(draft, ClockKind.consent, target)
    due = clock.model_copy(update={"target": target}).stood_at(state.terms.calendars)
    if due is not None and clock.due is not None and due < clock.due:
        keeping.end(draft, clock, Verdict.cancelled, reason="counted anew by the new revision")
        return keeping.start(draft, ClockKind.consent, target)
    return _again(draft, before, ClockKind.consent, target)


def _moved(before: Ticket, after: Ticket, now: datetime) -> list[ev.MovedTime]:
    moved: list[ev.MovedTime] = []
    for kind in TOLD:
        was = before.clock(kind)
        old = _stands(was)
        new = _stands(after.clock(kind))
        over = old is not None and old <= now and (new is None or new <= now)
        if was is not None and old is not None and old != new and not over:
            moved.append(ev.MovedTime(clock=was.id, kind=kind, before=old, after=new))
    return moved


def _stands(clock: Clock | None) -> datetime | None:
    return None if clock is None else clock.due or clock.missed_due


DECISIONS: Decisions = {cmd.ChangeTerms: _change_terms}
