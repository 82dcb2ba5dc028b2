"""A ticket's state as one sentence for its client: who has it, what for, and what comes next by when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup, escape

from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from domain.awaiting import Awaited, awaited
from domain.ticket import Ticket
from domain.words import ClockKind, Closing, Status

At = Callable[[datetime | None], Markup]

_CLOSED = {
    Closing.consent: _("It is closed: you have agreed that it is solved."),
    Closing.silence: _("It is closed: nobody answered our proposal in the time that the agreement gives."),
    Closing.withdrawn: _("It is closed: it was withdrawn."),
    Closing.not_covered: _("It is closed: the agreement does not cover it."),
}
_NEXT = {
    ClockKind.response: _("First response by %(due)s."),
    ClockKind.update: _("Next update by %(due)s."),
    ClockKind.resolution: _("Solution by %(due)s."),
}
_LATE = {
    ClockKind.response: _("The first response was due %(due)s and is late."),
    ClockKind.update: _("The update was due %(due)s and is late."),
    ClockKind.resolution: _("The solution was due %(due)s and is late."),
}


def state_in_words(state: Ticket, language: str, at: At) -> Markup:
    """Two or three sentences; instants are `<time>` elements."""
    first = _where(state, language, at)
    rest = [_after_closing(state, language, at)] if state.closed_at else [_next(state, language, at)]
    return Markup(" ").join(part for part in (first, *rest) if part)


def _where(state: Ticket, language: str, at: At) -> Markup:
    owed = awaited(state)
    if state.status is Status.archived:
        return _say(language, _("It is closed for good. If it comes back, file a new ticket and name this one."))
    if state.closing is not None and state.closed_at:
        return _say(language, _CLOSED[state.closing])
    if Awaited.answer in owed:
        return _say(language, _("We have a question and wait for your answer."))
    if Awaited.consent in owed:
        return _say(language, _("We have proposed a solution and wait for your word on it."))
    if state.status is Status.resolved:
        return _say(language, _("You have agreed to the solution; we wait for our own side's agreement."))
    if Awaited.quote in owed:
        return _say(language, _("We have made a quote and wait for your word on it."))
    if any(state.terms.intake[name].before_work for name in state.missing):
        return _say(language, _("Work begins when you have given us what the agreement asks for."))
    if state.awaited is not None:
        return _say(language, _("It is a known error: it waits for our developers' correction."))
    if state.status is Status.new:
        return _say(language, _("We have received it; %(level)s looks at it."), level=level(state, language))
    return _say(language, _("We are working on it: %(level)s has it."), level=level(state, language))


def level(state: Ticket, language: str) -> str:
    """Level and group as people call them: "Consulting (Logistics)"."""
    terms = state.level_terms
    title = state.terms.said(terms.title, language, str(state.level))
    if state.group is None:
        return title
    group = state.terms.said(terms.groups.get(state.group, {}), language, state.group)
    return f"{title} ({group})"


def _next(state: Ticket, language: str, at: At) -> Markup:
    """The promise that comes next; one that is late already comes first."""
    clocks = [clock for clock in state.clocks if clock.live and clock.kind in _NEXT]
    late = [clock for clock in clocks if clock.missed_due is not None]
    if late:
        worst = min(late, key=lambda clock: clock.missed_due or clock.started_at)
        return _say(language, _LATE[worst.kind], due=at(worst.missed_due))
    running = [clock for clock in clocks if clock.due is not None]
    if not running:
        return Markup("")
    soonest = min(running, key=lambda clock: clock.due or clock.started_at)
    return _say(language, _NEXT[soonest.kind], due=at(soonest.due))


def _after_closing(state: Ticket, language: str, at: At) -> Markup:
    parts = []
    promise = state.open_commitment
    if promise is not None and promise.promised_by is not None:
        parts.append(_say(language, _("What we promised is done by %(due)s."), due=at(promise.promised_by)))
    if state.status is Status.closed and state.reopen_until is not None:
        until = at(state.reopen_until)
        parts.append(_say(language, _("If it comes back, you can reopen it until %(until)s."), until=until))
    return Markup(" ").join(parts)


def _say(language: str, sentence: str, **data: object) -> Markup:
    """The sentence is ours; what is filled in is escaped, unless it is markup of ours too."""
    return Markup(say(language, sentence, **{name: escape(value) for name, value in data.items()}))
