"""Who is told what of time entries and quotes."""

from __future__ import annotations

from collections.abc import Iterator

from domain import events as ev
from domain.events import Event
from domain.messages.shape import Telling, Told
from domain.report import report_of
from domain.ticket import Ticket


def _moved(state: Ticket, fact: ev.HoursMoved, event: Event) -> Iterator[Told]:
    """The client reads the numbers: what is charged now, and what the packages still hold."""
    told = {"cover": str(fact.cover), "minutes": fact.minutes, "left": fact.left}
    yield "client", "hours_moved", told


def _warned(state: Ticket, fact: ev.PackageWarned, event: Event) -> Iterator[Told]:
    told = {"package": fact.package, "left": fact.left, "all_left": fact.all_left}
    yield "client", "package_warned", told
    yield "team", "staff_package_warned", {**told, "organisation": state.organisation}


def _asked(state: Ticket, fact: ev.QuoteAsked, event: Event) -> Iterator[Told]:
    yield "assignee", "staff_quote_asked", {"text": fact.text}


def _made(state: Ticket, fact: ev.QuoteMade, event: Event) -> Iterator[Told]:
    yield "client", "quote", {
        "quote": fact.quote,
        "text": fact.text,
        "minutes": fact.minutes,
        "amount": None if fact.amount is None else str(fact.amount),
        "currency": fact.currency,
        "valid_until": fact.valid_until.isoformat(),
    }  # fmt: skip


def _accepted(state: Ticket, fact: ev.QuoteAccepted, event: Event) -> Iterator[Told]:
    yield "client", "quote_accepted", {"quote": fact.quote}
    yield "assignee", "staff_quote_accepted", {"quote": fact.quote, "ordered": state.ordered}


def _refused(state: Ticket, fact: ev.QuoteRefused, event: Event) -> Iterator[Told]:
    yield "assignee", "staff_quote_refused", {"quote": fact.quote, "reason": fact.reason}


def _expired(state: Ticket, fact: ev.QuoteExpired, event: Event) -> Iterator[Told]:
    yield "client", "quote_expired", {"quote": fact.quote}
    yield "assignee", "staff_quote_expired", {"quote": fact.quote}


def _reported(state: Ticket, fact: ev.InterventionReported, event: Event) -> Iterator[Told]:
    yield "client", "intervention_report", {"report": report_of(state, event.at).model_dump(mode="json")}


TELLING: Telling = {
    ev.HoursMoved: _moved,
    ev.PackageWarned: _warned,
    ev.QuoteAsked: _asked,
    ev.QuoteMade: _made,
    ev.QuoteAccepted: _accepted,
    ev.QuoteRefused: _refused,
    ev.QuoteExpired: _expired,
    ev.InterventionReported: _reported,
}
