"""`explain(clock, terms, now)`: a clock in words and figures, so that anybody can check it by hand (decision 3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain import events as ev
from domain.clock import Clock
from domain.events import Event
from domain.explanation import Explanation, Pause, Standing
from domain.pausing import source
from domain.telling import tell
from domain.terms import Terms


def explain(
    clock: Clock, terms: Terms, now: datetime, *, language: str = "en", history: Iterable[Event] = ()
) -> Explanation:
    """How `clock` stands at `now`, in English or French ("fr"); another language gives English.

    A clock remembers when it stood still, not why: `history`, the ticket's events (those of pauses suffice), gives the
    reasons of pauses that are over.
    """
    budget, spent = clock.budget(terms.calendars), clock.spent(terms.calendars, now)
    due = clock.due or clock.missed_due or (None if clock.live else clock.stood_at(terms.calendars))
    late = clock.late
    if clock.live and clock.missed_due is not None:
        late = max(0, int((now - clock.missed_due).total_seconds()))
    calendar = terms.calendars[clock.target.on]
    figures = Explanation(
        clock=clock.id,
        number=clock.number,
        kind=clock.kind,
        standing=_standing(clock),
        promise=clock.target.words,
        clause=clock.target.clause,
        assumed=clock.target.assumed,
        agreement=terms.agreement,
        revision=terms.revision,
        calendar=clock.target.runs_on,
        zone=calendar.zone,
        started_at=clock.started_at,
        pauses=tuple(_pauses(clock, terms, tuple(history))),
        budget=None if budget is None else int(budget.total_seconds()),
        spent=int(spent.total_seconds()),
        left=None if budget is None or not clock.live else max(0, int((budget - spent).total_seconds())),
        due=due,
        verdict=clock.verdict,
        ended_at=clock.ended_at,
        late=late,
        reason=clock.reason,
        sentence="",
    )
    return figures.model_copy(update={"sentence": tell(figures, language)})


def _standing(clock: Clock) -> Standing:
    if clock.verdict is not None:
        return clock.verdict.value
    if clock.missed_due is not None:
        return "late"
    return "paused" if clock.running_since is None else "running"


def _pauses(clock: Clock, terms: Terms, history: tuple[Event, ...]) -> Iterable[Pause]:
    stood: list[tuple[datetime, datetime | None]] = []
    starts = [*(since for since, _ in clock.ran), *([clock.running_since] if clock.running_since else [])]
    ends = [clock.started_at, *(until for _, until in clock.ran)]
    for since, until in zip(ends, [*starts, None], strict=False):
        if until is None and not (clock.live and clock.running_since is None):
            break
        if until is None or since < until:
            stood.append((since, until))
    for since, until in stood:
        told = tuple(dict.fromkeys(_reasons(clock, history, since, until)))
        reasons = told if until else told or clock.paused_by
        clauses = dict.fromkeys(clause for why in reasons for clause in source(terms, why, clock.kind))
        yield Pause(since=since, until=until, reasons=reasons, clause=tuple(clauses))


def _reasons(clock: Clock, history: tuple[Event, ...], since: datetime, until: datetime | None) -> Iterable[str]:
    for event in history:
        fact, during = event.fact, event.at >= since and (until is None or event.at < until)
        if isinstance(fact, ev.ClockPaused) and fact.clock == clock.id and during:
            yield fact.why
        elif isinstance(fact, ev.ClockStarted) and event.sequence == clock.number and during:
            yield from fact.paused_by
