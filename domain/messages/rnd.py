"""Who is told what of defects and releases: the client of its own ticket's news, staff where there is work again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain import events as ev
from domain.events import Event
from domain.messages.shape import Telling, Told, one
from domain.ticket import Ticket
from domain.words import ClockKind, ResolutionKind, Status


def grounds(state: Ticket, fact: ev.ResolutionProposed) -> dict[str, Any]:
    """What a proposal says besides its text: its root cause (TF-17), and the release that carries the fix (PC-13)."""
    told: dict[str, Any] = {}
    if fact.cause is not None:
        told |= {"cause": str(fact.cause), "cause_text": fact.cause_text, "defect": state.defect}
    if fact.release is not None:
        told |= {"release": fact.release, "installation": installation(state)}
    return told


def installation(state: Ticket) -> dict[str, str] | None:
    """The kind of request by which the release can be installed, as the client reads it; None where none is offered."""
    kind = state.terms.defects.installation
    request = state.terms.requests.get(kind) if kind else None
    if kind is None:
        return None
    title = state.terms.said(request.title, state.terms.language(state.language), kind) if request else kind
    return {"title": title, "cover": str(request.cover) if request else ""}


def _awaited(state: Ticket, fact: ev.DefectAwaited, event: Event) -> Iterator[Told]:
    yield "client", "defect_awaited", {
        "defect": fact.defect,
        "reason": fact.reason,
        "workaround": fact.workaround,
        "no_date": ClockKind.resolution in state.stops_for_defect,
    }  # fmt: skip


def _news(state: Ticket, fact: ev.DefectNews, event: Event) -> Iterator[Told]:
    told = {"text": fact.text, "release": fact.release, "reopen_until": _until(fact)}
    if not fact.rejected:
        yield "client", "defect_news", told
        return
    yield "client", "defect_rejected", told
    promise = state.open_commitment
    if state.status is not Status.closed:
        yield "assignee", "staff_defect_rejected", told
    elif promise is not None and promise.kind is ResolutionKind.promised_fix:
        # Nobody will bring the fix that was promised: who gave the word hears it before the promised instant.
        broken = {**told, "promise": promise.text}
        yield "assignee", "staff_defect_rejected", broken
        yield "lead", "staff_defect_rejected", broken


def _offered(state: Ticket, fact: ev.ReleaseOffered, event: Event) -> Iterator[Told]:
    if not fact.proposed and not fact.keeps:
        yield "client", "release", {
            "release": fact.release,
            "text": fact.text,
            "installation": installation(state),
            "reopen_until": _until(fact),
        }  # fmt: skip


def _until(fact: ev.DefectNews | ev.ReleaseOffered) -> str | None:
    return fact.reopen_until.isoformat() if fact.reopen_until else None


TELLING: Telling = {
    ev.DefectAwaited: _awaited,
    ev.DefectLeft: one("client", "defect_left", "defect", "reason"),
    ev.DefectNews: _news,
    ev.ReleaseOffered: _offered,
    ev.InstallationAsked: one("assignee", "staff_installation", "release", "text"),
}
