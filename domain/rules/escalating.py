"""Escalation: functional to another level or group, hierarchic to a manager."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions, in_work, needs_assignee
from domain.ticket import Ticket
from domain.words import ClockKind, Contact, Level


def _escalate(draft: Draft, step: cmd.Escalate) -> None:
    in_work(draft, "escalate")
    if draft.state.continuous:
        needs_assignee(step.assignee)
    if step.forecast is not None and step.forecast <= draft.now:
        raise DomainError("forecast_in_the_past", "A forecast lies ahead. Name a later instant, or leave it out.")
    move(
        draft,
        step.level,
        step.group,
        reason=step.reason,
        also=step.also,
        forecast=step.forecast,
        billable=step.billable,
    )
    if step.assignee is not None:
        of_its_groups(draft.state, (step.assignee,), step.groups)
        draft.add(ev.TicketAssigned.made(assignee=step.assignee))


def move(
    draft: Draft,
    level: Level,
    group: str | None = None,
    *,
    reason: str,
    also: tuple[str, ...] = (),
    forecast: datetime | None = None,
    billable: str | None = None,
) -> None:
    """The ticket goes to a level and group, whatever step brings it there; the client reads why.

    `billable` is why the work is billed there, where the agreement's own words do not say it. DomainError when the
    agreement has no such level or group, when the ticket is there already, or when nobody says why it is billed.
    """
    state = draft.state
    _known(state, level, group, also)
    if (level, group, also) == (state.level, state.group, state.also):
        raise DomainError("already_there", "The ticket is at that level and group already.")
    billed = why_billed(state, level, billable)
    keeping.meet(draft, ClockKind.internal)
    draft.add(
        ev.Escalated.made(
            level=level, group=group, before=state.level, reason=reason, also=also, forecast=forecast, billable=billed
        )
    )
    # Heard before the clocks stop: the escalation is still the work of the level that it leaves.
    keeping.client_heard(draft, Contact.escalation)
    enter_level(draft, state.level)


def _known(state: Ticket, level: Level, group: str | None, also: tuple[str, ...]) -> None:
    """Refuses a level or a group that the agreement does not have, and a group named twice."""
    if level not in state.terms.levels:
        known = ", ".join(state.terms.levels)
        raise DomainError("unknown_level", f'The agreement has no level "{level}"; it has {known}.')
    groups = state.terms.levels[level].groups
    if groups and group not in groups:
        raise DomainError("unknown_group", f'Level "{level}" needs one of its groups: {", ".join(groups)}.')
    if not groups and (group is not None or also):
        raise DomainError("unknown_group", f'Level "{level}" has no groups; leave the group out.')
    strange = [name for name in also if name not in groups]
    if strange:
        known = ", ".join(groups)
        raise DomainError("unknown_group", f'Level "{level}" has no group "{strange[0]}"; its groups are: {known}.')
    if len({group, *also}) <= len(also):
        raise DomainError("group_twice", "A group is named twice. Name each group once, the one in charge as `group`.")


def why_billed(state: Ticket, level: Level, own: str | None = None) -> str:
    """Why the work at a level is billed, as the client reads it (PC-06); empty where it is not.

    The step's own words come before the agreement's. DomainError when a ticket comes to a level that bills, and
    neither says why.
    """
    terms = state.terms.levels[level]
    words = own or terms.billable.get(state.terms.language(state.language)) or next(iter(terms.billable.values()), "")
    if terms.billed and not words and level is not state.level:
        raise DomainError(
            "reason_for_billing_missing",
            f'Work at level "{level}" is billed, and the client has to learn why. Say it in `billable`.',
        )
    return words


def of_its_groups(state: Ticket, names: Iterable[str], groups: Mapping[str, str | None]) -> None:
    """Refuses somebody who belongs to none of the ticket's groups (PC-09); `groups` is what the directory says.

    At a level without groups everybody may, and so may whoever was not looked up.
    """
    if not state.level_terms.groups:
        return
    wanted = {state.group, *state.also}
    for name in names:
        if name in groups and groups[name] not in wanted:
            known = ", ".join(sorted(group for group in wanted if group))
            raise DomainError(
                "not_in_group",
                f"{name} belongs to none of the ticket's groups ({known}). "
                "Name somebody who does, or escalate to that person's group as well (`also`).",
            )


def enter_level(draft: Draft, before: Level) -> None:
    """The clocks run or stand still as the level demands that the ticket has come to, and its internal time begins.

    While consent is asked nobody works on it, so no internal time begins; what stood still for the level does not any
    longer.
    """
    old, new = draft.state.stops_at(before), draft.state.stops_at(draft.state.level)
    keeping.resume(draft, "level", kinds=[kind for kind in old if kind not in new])
    keeping.pause(draft, new, "level")
    if draft.state.active:
        keeping.start(draft, ClockKind.internal, draft.state.level_terms.internal)


def _ask_manager(draft: Draft, step: cmd.AskManager) -> None:
    draft.add(ev.ManagerInvolved(tell=draft.state.terms.contact.on_demand, reason=step.reason))


DECISIONS: Decisions = {cmd.Escalate: _escalate, cmd.AskManager: _ask_manager}
