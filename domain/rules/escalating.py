"""Escalation: functional to another level or group, hierarchic to a manager."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions, in_work
from domain.words import ClockKind, Contact, Level


def _escalate(draft: Draft, step: cmd.Escalate) -> None:
    state = draft.state
    in_work(draft, "escalate")
    if step.level not in state.terms.levels:
        known = ", ".join(state.terms.levels)
        raise DomainError("unknown_level", f'The agreement has no level "{step.level}"; it has {known}.')
    groups = state.terms.levels[step.level].groups
    if groups and step.group not in groups:
        raise DomainError("unknown_group", f'Level "{step.level}" needs one of its groups: {", ".join(groups)}.')
    if not groups and step.group is not None:
        raise DomainError("unknown_group", f'Level "{step.level}" has no groups; leave the group out.')
    if (step.level, step.group) == (state.level, state.group):
        raise DomainError("already_there", "The ticket is at that level and group already.")
    keeping.meet(draft, ClockKind.internal)
    draft.add(ev.Escalated(level=step.level, group=step.group, before=state.level, reason=step.reason))
    # Heard before the clocks stop: the escalation is still the work of the level that it leaves.
    keeping.client_heard(draft, Contact.escalation)
    _enter_level(draft, state.level)


def _enter_level(draft: Draft, before: Level) -> None:
    levels = draft.state.terms.levels
    old, new = levels[before].pauses, levels[draft.state.level].pauses
    keeping.resume(draft, "level", kinds=[kind for kind in old if kind not in new])
    keeping.pause(draft, new, "level")
    keeping.start(draft, ClockKind.internal, draft.state.level_terms.internal)


def _ask_manager(draft: Draft, step: cmd.AskManager) -> None:
    draft.add(ev.ManagerInvolved(tell="manager", reason=step.reason))


DECISIONS: Decisions = {cmd.Escalate: _escalate, cmd.AskManager: _ask_manager}
