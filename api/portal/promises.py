"""The promises of a ticket as its client reads them: what, by when, how it stands. Internal times are not theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.pages.catalogue import mark as _
from domain.clock import Clock
from domain.explain import explain
from domain.explanation import Explanation
from domain.keeping import PROMISED
from domain.telling import promise
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import ClockKind, Status

TITLES = {
    ClockKind.response: _("First response"),
    ClockKind.update: _("Updates"),
    ClockKind.resolution: _("Solution"),
}
_STANDING = {
    "running": ("calm", _("due")),
    "paused": ("soon", _("stands still")),
    "late": ("bad", _("late")),
    "met": ("good", _("kept")),
    "missed": ("bad", _("missed")),
    "cancelled": ("", _("no longer counts")),
}
_WHY = {
    "waiting": _("while we wait for your answer"),
    "consent": _("while the answer to the solution is awaited"),
    "level": _("while others than support work on it"),
    "intake": _("until we have what the agreement asks for"),
    "defect": _("until our developers have corrected it"),
}


@dataclass(frozen=True)
class Promise:
    """`colour` of the chip; `standing` and `why` are sentences. `every`: it is kept again and again."""

    title: str
    words: str
    every: bool
    clause: tuple[str, ...]
    colour: str
    standing: str
    why: tuple[str, ...]
    due: datetime | None
    ended_at: datetime | None
    late: int
    sentence: str


def promises_of(state: Ticket, language: str, now: datetime) -> list[Promise]:
    """The newest of each kind; nothing that is over for good while the ticket rests, for the history has it."""
    return [_told(clock, state.terms, language, now) for clock in _newest(state)]


def _newest(state: Ticket) -> Iterable[Clock]:
    for kind in PROMISED:
        of_kind = [clock for clock in state.clocks if clock.kind is kind]
        live = [clock for clock in of_kind if clock.live]
        if live or of_kind:
            shown = (live or of_kind)[-1]
            # An update that the proposal of a solution, or the closing, made needless is no news.
            if shown.live or kind is not ClockKind.update or state.status not in (Status.resolved, Status.closed):
                yield shown


def _told(clock: Clock, terms: Terms, language: str, now: datetime) -> Promise:
    told: Explanation = explain(clock, terms, now, language=language)
    colour, standing = _STANDING[told.standing]
    reasons = told.pauses[-1].reasons if told.pauses and told.standing == "paused" else ()
    return Promise(
        title=TITLES[clock.kind],
        words=promise(told.promise, language),
        every=clock.kind is ClockKind.update,
        clause=told.clause,
        colour=colour,
        standing=standing,
        why=tuple(_WHY[why] for why in reasons if why in _WHY),
        due=told.due,
        ended_at=told.ended_at,
        late=told.late,
        sentence=told.sentence,
    )
