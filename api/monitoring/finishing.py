"""Carrying out what stands decided in the database, and writing down that it is done.

The request that brought the alert does it, one that brings it again, or the sweep: all under the same ids. EngineAway
and EngineBusy pass: it stays `pending` with its report, and is carried out when the engine is back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from fastapi.concurrency import run_in_threadpool

from api.access.reach import mark
from api.http.problems import Problem
from api.monitoring.carrying import Carrier, Gone
from domain.alerts import Outcome
from domain.errors import DomainError
from store import endings, episodes
from store.endings import Ending
from store.episodes import Placed

Became = Literal["opened", "joined", "reopened", "listed", "known", "cleared", "skipped", "pending"]


@dataclass(frozen=True)
class Taken:
    """What became of an alert. `pending`: it is kept and will be carried out, nobody has to send it again."""

    fingerprint: str | None
    outcome: Became
    ticket: str | None = None
    reason: str | None = None
    kept: str | None = None
    """Where it is kept for inspection, when it could not be understood."""


async def fire(carrier: Carrier, placed: Placed) -> Taken:
    """Carries out the firing of an episode, or the change of its severity, when that is left to do."""
    ours, name = carrier.ours, carrier.report.fingerprint
    mark(placed.ticket)
    if placed.outcome is not Outcome.pending:
        if placed.before is not None:
            await carrier.changed(placed)
            await run_in_threadpool(episodes.note_severity, ours.database, placed.id, carrier.report.severity)
        return Taken(name, "known" if placed.repeated else _became(placed.outcome), placed.ticket)
    try:
        outcome = await carrier.fired(placed)
    except (DomainError, Problem) as refused:
        reason = str(refused)
        await run_in_threadpool(episodes.settle, ours.database, placed.id, Outcome.skipped, reason[:2_000])
        return Taken(name, "skipped", reason=reason)
    ticket = await run_in_threadpool(episodes.settle, ours.database, placed.id, outcome)
    return Taken(name, _became(outcome), ticket)


async def clear(carrier: Carrier, ending: Ending) -> Taken:
    """Carries out the end of an episode whose firing is carried out, when that is left to do."""
    ours, name = carrier.ours, carrier.report.fingerprint
    if ending.ticket is None:
        return Taken(name, "skipped", reason=f"no ticket was opened for this episode: {ending.reason}")
    mark(ending.ticket)
    if ending.said == "pending":
        try:
            await carrier.ended(ending)
        except (Gone, DomainError):
            await run_in_threadpool(endings.ending_said, ours.database, ending.id, told=False)
            return Taken(name, "skipped", ending.ticket, "its ticket is archived")
        await run_in_threadpool(endings.ending_said, ours.database, ending.id, told=True)
    return Taken(name, "cleared", ending.ticket)


def placed_since(ending: Ending, placed: Taken) -> Ending:
    """The end of an episode whose firing was carried out just now, perhaps with another ticket."""
    return ending if ending.ticket == placed.ticket else replace(ending, ticket=placed.ticket)


def _became(outcome: Outcome) -> Became:
    found: dict[Outcome, Became] = {
        Outcome.opened: "opened", Outcome.joined: "joined", Outcome.reopened: "reopened", Outcome.listed: "listed",
    }  # fmt: skip
    return found[outcome]
