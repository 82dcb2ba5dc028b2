"""Time worked: entries, who pays for them, the cap, and the report that the client receives of them.

The hour account stands outside the ticket (domain.hours). `wanted` says what a step needs of it; the workflow asks
the account first and puts its answer into the step. Without an answer (the look before the step is written down) the
same rules hold, and nothing is taken.
"""

from __future__ import annotations

from datetime import timedelta

from domain import commands as cmd
from domain import events as ev
from domain.commands.money import Booked
from domain.draft import Draft
from domain.errors import DomainError
from domain.hours import rounded
from domain.rules import intake
from domain.rules.charging import charged_again, charged_to, cover_of, deducted_after
from domain.rules.escalating import move
from domain.rules.kinds import becomes
from domain.rules.serving import covered
from domain.rules.shape import Decisions
from domain.telling import duration
from domain.terms import RequestTerms
from domain.ticket import Ticket
from domain.words import STAFF, Cover, Status

BEFORE_OPENING = timedelta(days=7)
"""Work may begin before its ticket, which was opened for it afterwards; not long before."""
MOST_ENTRIES = 200
"""Of one ticket: its state carries them through every run."""

_TOO_LONG = {
    "en": "“{kind}” is done under this contract within {cap} only, and this request needs more.",
    "fr": "« {kind} » n’est pris en charge par ce contrat que dans la limite de {cap}, et cette demande exige plus.",
}


def asks_the_account(state: Ticket, step: cmd.Step) -> bool:
    """Whether `step` may move hours, so that the account is asked before it is applied."""
    if isinstance(step, cmd.LogTime):
        return cover_of(state) is Cover.deducted
    return isinstance(step, cmd.Classify | cmd.AskInstallation) and bool(state.entries)


def wanted(state: Ticket, step: cmd.Step) -> int | None:
    """Minutes that the ticket has to have taken from the hour packages after `step`; None when it moves none.

    DomainError where the rules refuse the step anyway.
    """
    if isinstance(step, cmd.LogTime) and cover_of(state) is Cover.deducted:
        return charged_to(state, Cover.deducted) + _charge(state, _counted(state, step))
    kind = becomes(state, step)
    if kind is not None:
        request = state.terms.requests[kind]
        if not covered(request, state.covers):
            return None  # the ticket is closed as not covered, and its hours stay as they are
        cover = cover_of(state, request)
        after = deducted_after(state, cover, charged_again(state, cover, request.cap))
        return after if after != charged_to(state, Cover.deducted) else None
    return None


def _log_time(draft: Draft, step: cmd.LogTime) -> None:
    state = draft.state
    _possible(draft, step)
    cover, counted = cover_of(state), _counted(state, step)
    if cover is Cover.not_handled:
        raise DomainError(
            "not_handled_here",
            "This kind of request is not treated under the agreement, so no time is logged on it. "
            "Classify the ticket as what is, or close it.",
        )
    charged = _charge(state, counted)
    if cover is Cover.billable:
        _within_quote(state, charged)
    deducted = charged if cover is Cover.deducted else 0
    booked = _agreeing(step.booked, charged_to(state, Cover.deducted) + deducted)
    draft.add(
        ev.TimeLogged(
            entry=len(state.entries) + 1,
            work=step.work,
            began_at=step.began_at,
            worked=step.minutes,
            counted=counted,
            charged=charged,
            cover=cover,
            text=step.text,
            taken=booked.taken if booked else state.taken,
            left=booked.left if booked else None,
        )
    )
    _warn(draft, booked)
    request = state.request_terms
    if cover is not Cover.included and charged < counted and request is not None and state.active:
        hand_over(draft, request, charged_to(state, cover) + counted)
    if state.status is Status.resolved:
        report(draft)


def _possible(draft: Draft, step: cmd.LogTime) -> None:
    state = draft.state
    if draft.by.role not in STAFF:
        raise DomainError("not_yours_to_log", "Only our staff logs the time that it has worked.")
    if state.terms.hours is not None and step.work not in state.terms.hours.kinds:
        known = ", ".join(state.terms.hours.kinds)
        raise DomainError("unknown_work", f'The agreement counts no work "{step.work}"; it counts {known}.')
    intake.require(draft)
    if draft.now - step.began_at < timedelta(minutes=step.minutes):
        raise DomainError("not_worked_yet", "This intervention would end in the future. Log it when it is over.")
    if step.began_at < state.opened_at - BEFORE_OPENING:
        raise DomainError(
            "before_opening", "This intervention began more than a week before the ticket was opened. Check the date."
        )
    if len(state.entries) >= MOST_ENTRIES:
        raise DomainError(
            "too_many_entries", f"The ticket has {MOST_ENTRIES} time entries. Open another one for what is still to do."
        )


def _counted(state: Ticket, step: cmd.LogTime) -> int:
    hours = state.terms.hours
    return rounded(step.minutes, hours.step) if hours else step.minutes


def _charge(state: Ticket, counted: int) -> int:
    """How much of `counted` somebody pays for: nothing where the kind is included, nothing beyond its cap (1L-04)."""
    cover, request = cover_of(state), state.request_terms
    if cover not in (Cover.deducted, Cover.billable):
        return 0
    if request is None or request.cap is None:
        return counted
    if state.handed_over:
        raise DomainError(
            "over_the_cap",
            f"More than {duration(request.cap * 60)} of this work is not done under the contract, and it was handed "
            "over. Log the time where it is done now, or classify the ticket as what it is.",
        )
    return min(counted, max(0, request.cap - charged_to(state, cover)))


def _within_quote(state: Ticket, charged: int) -> None:
    """Billable work needs an accepted quote first, where the agreement says so, and stays within it."""
    if state.terms.quotes is None or not state.terms.quotes.first:
        return
    ordered = state.ordered
    if not ordered:
        raise DomainError(
            "quote_needed", "This work is billed and needs a quote first. Make one, and wait until it is accepted."
        )
    if charged_to(state, Cover.billable) + charged > ordered:
        raise DomainError(
            "quote_exceeded",
            f"The client has ordered {duration(ordered * 60)}, and this goes beyond it. Make a quote of what is "
            "still to do, and wait until it is accepted.",
        )


def _agreeing(booked: Booked | None, needed: int) -> Booked | None:
    """The account's answer, when it is the one to what the step needs as the ticket stands now."""
    if booked is not None and sum(booked.taken.values()) != needed:
        raise DomainError("changed_meanwhile", "The ticket has just been changed by somebody else. Send it again.")
    return booked


def unmoved(state: Ticket, booked: Booked | None) -> None:
    """Refuses the account's answer to a step that moves no hours after all: the ticket was changed meanwhile."""
    _agreeing(booked, charged_to(state, Cover.deducted))


def _warn(draft: Draft, booked: Booked | None) -> None:
    for package, left in booked.warned.items() if booked else ():
        assert booked is not None  # or there would be nothing to go through
        draft.add(ev.PackageWarned(package=package, left=left, all_left=booked.left))


def hand_over(draft: Draft, request: RequestTerms, minutes: int) -> None:
    """The work needs more than the contract allows of it: whoever does longer work takes it (1L-04)."""
    state = draft.state
    if state.handed_over:
        return
    draft.add(ev.HandedOver(kind=state.kind or "", minutes=minutes))
    if request.over is not None and (request.over, request.over_group) != (state.level, state.group):
        move(draft, request.over, request.over_group, reason=_why(state, request))


def _why(state: Ticket, request: RequestTerms) -> str:
    """The reason as the client reads it: the limit, and the way that the agreement names."""
    language = state.terms.language(state.language)
    words = _TOO_LONG.get(language, _TOO_LONG["en"])
    title = request.title.get(language, state.kind)
    told = words.format(kind=title, cap=duration((request.cap or 0) * 60))
    return " ".join(filter(None, (told, request.way.get(language, ""))))


def reclassified(draft: Draft, booked: Booked | None) -> None:
    """After the ticket's kind was changed: time counted before now counts as the new kind says (1L-26).

    Called by the rule of `Classify` when the ticket has its new kind, and its new level.
    """
    state = draft.state
    cover, request = cover_of(state), state.request_terms
    cap = request.cap if request else None
    charged = charged_again(state, cover, cap)
    if not charged:
        unmoved(state, booked)
        return
    booked = _agreeing(booked, deducted_after(state, cover, charged))
    draft.add(
        ev.HoursMoved(
            cover=cover,
            minutes=charged_to(state, cover) + sum(charged.values()),
            charged=charged,
            taken=booked.taken if booked else state.taken,
            left=booked.left if booked else None,
        )
    )
    _warn(draft, booked)
    counted = sum(entry.counted for entry in draft.state.entries)
    if cap is not None and cover is not Cover.included and counted > cap and request is not None and state.active:
        hand_over(draft, request, counted)


def report(draft: Draft) -> None:
    """The client receives the report of the work, where the agreement promises one and some is not reported yet.

    Called by the rule of `Resolve`: the service is done (1L-21).
    """
    state = draft.state
    if state.terms.report is not None and len(state.entries) > state.reported:
        draft.add(ev.InterventionReported(entry=len(state.entries)))


DECISIONS: Decisions = {cmd.LogTime: _log_time}
