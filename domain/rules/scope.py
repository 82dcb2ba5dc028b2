"""What a request is and whether it is covered: its kind, and what follows from it; exclusions."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules import hours, intake
from domain.rules.ending import close
from domain.rules.escalating import move
from domain.rules.kinds import moves
from domain.rules.serving import answers, check_facts, covered, known_request, said
from domain.rules.shape import Decisions, in_work, needs_assignee
from domain.terms import RequestTerms
from domain.ticket import Ticket
from domain.words import STAFF, Closing, Cover


def _classify(draft: Draft, step: cmd.Classify) -> None:
    """The kind, what it does to hours already counted, the level that treats it; all in one step."""
    state = draft.state
    in_work(draft, "classify it")
    request = known_request(state.terms, step.kind)
    group = step.group or request.group or _only_group(state, request)
    elsewhere = moves(state, request)
    if step.kind == state.kind and not elsewhere:
        raise DomainError("kind_unchanged", f'The ticket is classified as "{step.kind}" already.')
    language = state.terms.language(state.language)
    check_facts(state.terms, step.kind, answers(state), language)
    before = state.request_terms
    draft.add(
        ev.RequestClassified(
            kind=step.kind,
            before=state.kind,
            cover=request.cover,
            before_cover=before.cover if before else None,
            reason=step.reason,
        )
    )
    if request.cover is Cover.not_handled or not covered(request, state.covers):
        draft.add(ev.RequestExcluded(exclusion=step.kind, text=step.reason))
        close(draft, Closing.not_covered, step.reason)
        return
    if elsewhere:
        if state.continuous:
            needs_assignee(state.assignee)
        move(draft, request.level, group, reason=step.reason)
    hours.reclassified(draft, step.booked)
    intake.ask(draft)


def _only_group(state: Ticket, request: RequestTerms) -> str | None:
    """The group of a level that has only one."""
    level = state.terms.levels.get(request.level)
    groups = list(level.groups) if level else []
    return groups[0] if len(groups) == 1 else None


def _exclude(draft: Draft, step: cmd.Exclude) -> None:
    """It is not covered: the client reads why and which way stays open, and the ticket is closed (OL-20, OL-21)."""
    state = draft.state
    in_work(draft, "exclude it")
    if draft.by.role not in STAFF:
        raise DomainError("not_yours_to_exclude", "Only our staff says what is not covered.")
    if step.exclusion not in state.terms.exclusions:
        known = ", ".join(state.terms.exclusions) or "none"
        raise DomainError("unknown_exclusion", f'The agreement has no exclusion "{step.exclusion}"; it has: {known}.')
    draft.add(ev.RequestExcluded(exclusion=step.exclusion, text=step.text))
    title = said(state.terms.exclusions[step.exclusion].title, state.terms.language(state.language))
    close(draft, Closing.not_covered, title)


DECISIONS: Decisions = {cmd.Classify: _classify, cmd.Exclude: _exclude, **intake.DECISIONS}
