"""Tickets as a list of the board shows them: client, severity, who, a countdown for each clock, what it waits for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.board.countdown import Countdown, countdown
from api.context import Context
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from domain.terms import Terms
from domain.words import ClockKind, Level, Status
from store import board, directory, tickets
from store.tickets import TicketRow

SHOWN = (ClockKind.response, ClockKind.update, ClockKind.resolution, ClockKind.consent)
"""Clocks that have a column, in their order."""

KINDS = {
    ClockKind.response: _("Response"),
    ClockKind.update: _("Update"),
    ClockKind.resolution: _("Resolution"),
    ClockKind.consent: _("Consent"),
    ClockKind.internal: _("Internal"),
    ClockKind.call: _("Call"),
}
STATUSES = {
    Status.new: _("new"),
    Status.open: _("open"),
    Status.waiting: _("waiting"),
    Status.resolved: _("resolved"),
    Status.closed: _("closed"),
    Status.archived: _("archived"),
}
LEVELS = {Level.support: _("Level 1"), Level.consulting: _("Consulting"), Level.rnd: _("R&D")}
REASONS = {
    "waiting": _("the client’s information is awaited"),
    "intake": _("the intake is incomplete"),
    "consent": _("consent is awaited"),
    "defect": _("R&D’s correction is awaited"),
    "level": _("it does not run at this level"),
    "pending": _("it begins later"),
}


MILD = 3


@dataclass(frozen=True)
class Line:
    """A row of a list. `marks` are sentences of the catalogue on what the ticket waits for."""

    ticket: TicketRow
    client: str
    severity: str
    level: str
    who: str | None
    clocks: dict[ClockKind, Countdown]
    marks: tuple[str, ...]
    rank: int
    """Of the severity, as the style sheet tells them apart: 0 is the worst, from `MILD` on they look alike."""

    @property
    def nearest(self) -> str:
        """The class of the clock that is nearest to being missed."""
        order = ("late", "near", "half", "calm", "open", "still")
        found = {one.near_by for one in self.clocks.values()}
        return next((name for name in order if name in found), "open")


def lines(
    ours: Context,
    found: Sequence[TicketRow],
    now: datetime,
    language: str,
    staff: Mapping[str, str],
    clients: Mapping[str, str] | None = None,
) -> list[Line]:
    """The rows of these tickets; `staff`: our people's names, `clients`: every client's, where they are known already.

    Three readings of the database at most, however many tickets.
    """
    clocks = board.live_clocks(ours.database, [row.id for row in found])
    if clients is None:
        clients = directory.names(ours.database, {row.organisation for row in found})
    contracts = directory.contracts_named(ours.database, {row.contract for row in found})
    made = []
    known: dict[tuple[str, str, int, str], Terms | None] = {}  # a page of fifty tickets is under a few agreements
    for row in found:
        under = (row.agreement, row.revision, row.opened_at.year, row.contract)
        if under not in known:
            contract = contracts.get(row.contract)
            known[under] = ours.agreements.pinned(ours.database, *under[:2], row.opened_at, contract)
        terms = known[under]
        counting = {one.kind: countdown(one, terms, now) for one in clocks[row.id] if one.kind in SHOWN}
        made.append(
            Line(
                ticket=row,
                client=clients.get(row.organisation, row.organisation),
                severity=severity_title(terms, row.severity, language),
                level=level_title(terms, row.level, row.group, language),
                who=staff.get(row.assignee, row.assignee) if row.assignee else None,
                clocks=counting,
                marks=tuple(marks(row)),
                rank=min(row.severity_rank, MILD),
            )
        )
    return made


def severities(ours: Context, ids: Collection[str], language: str) -> dict[str, str]:
    """The severity of each of these tickets, as its agreement calls it."""
    found = tickets.some(ours.database, ids)
    contracts = directory.contracts_named(ours.database, {row.contract for row in found})
    return {
        row.id: severity_title(
            ours.agreements.pinned(
                ours.database, row.agreement, row.revision, row.opened_at, contracts.get(row.contract)
            ),
            row.severity,
            language,
        )
        for row in found
    }


def severity_title(terms: Terms | None, severity: str, language: str) -> str:
    """The severity as the agreement calls it."""
    known = terms.severities.get(severity) if terms else None
    return terms.said(known.title, language, severity) if terms and known else severity


def level_title(terms: Terms | None, level: str, group: str | None, language: str) -> str:
    """The level in a word or two, and the competence group within it as the agreement calls it."""
    title = say(language, LEVELS[Level(level)])
    known = terms.levels.get(Level(level)) if terms else None
    if not group:
        return title
    return f"{title} · {terms.said(known.groups.get(group, {}), language, group) if terms and known else group}"


def marks(row: TicketRow) -> list[str]:
    """What the ticket waits for, or what is special about it."""
    said = [
        (row.question is not None, _("client asked")),
        (row.missing is not None, _("intake incomplete")),
        (row.defect_heard is not None, _("waits for R&D")),
        (row.status is Status.resolved, _("waits for consent")),
        (row.provisional, _("severity not evaluated")),
        (row.commitment == "open", _("promise to keep")),
        (row.down_since is not None and row.up_at is None, _("service down")),
        (row.round > 1, _("reopened")),
    ]
    return [sentence for holds, sentence in said if holds]
