"""Quotes: asked for, made, accepted, refused, expired."""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain import events as ev
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.charging import cover_of
from domain.rules.hours import hand_over
from domain.rules.shape import Decisions, in_work
from domain.telling import duration
from domain.terms import QuoteTerms
from domain.ticket import Ticket
from domain.words import STAFF, Cover, Role


def _ask(draft: Draft, step: cmd.AskQuote) -> None:
    """The client wants to know what the work takes before it is done (1L-20)."""
    in_work(draft, "ask for a quote")
    _terms(draft.state)
    _none_open(draft.state)
    draft.add(ev.QuoteAsked(text=step.text))


def _make(draft: Draft, step: cmd.MakeQuote) -> None:
    """An estimate that the client accepts or refuses; one of more than the cap hands the work over (1L-04)."""
    state = draft.state
    if draft.by.role not in STAFF:
        raise DomainError("not_yours_to_quote", "Only our staff makes quotes.")
    in_work(draft, "make a quote")
    terms = _terms(state)
    _none_open(state)
    cover, request = cover_of(state), state.request_terms
    _priced(cover, step)
    if request is not None and request.cap is not None and step.minutes > request.cap:
        if state.handed_over:
            raise DomainError(
                "over_the_cap",
                f"More than {duration(request.cap * 60)} of this work is not done under the contract, and it was "
                "handed over already. Quote less, or classify the ticket as what it is.",
            )
        hand_over(draft, request, step.minutes)
        return
    until = terms.valid.due(draft.now, state.terms.calendars)
    assert until is not None  # the file's schema wants a length of time
    draft.add(
        ev.QuoteMade(
            quote=1 if state.quote is None else state.quote.number + 1,
            text=step.text,
            minutes=step.minutes,
            amount=step.amount,
            currency=step.currency,
            valid_until=until,
        )
    )


def _priced(cover: Cover, step: cmd.MakeQuote) -> None:
    """Billed work is quoted with its amount, deducted work in hours alone, and what is included needs no quote."""
    if cover in (Cover.included, Cover.not_handled):
        raise DomainError(
            "nothing_to_quote",
            "Nothing is charged for this kind of request, so there is nothing to quote. Classify it first, if it is "
            "something else.",
        )
    if cover is Cover.deducted and (step.amount is not None or step.currency is not None):
        raise DomainError(
            "quote_in_hours", "This work is deducted from the hour packages. Quote the time alone, without an amount."
        )
    if cover is Cover.billable and (step.amount is None or step.currency is None):
        raise DomainError(
            "amount_missing", "This work is billed. Quote its `amount` and `currency` as well, as in 450.00 and EUR."
        )


def _accept(draft: Draft, step: cmd.AcceptQuote) -> None:
    _open(draft, step.quote)
    draft.add(ev.QuoteAccepted(quote=step.quote))


def _refuse(draft: Draft, step: cmd.RefuseQuote) -> None:
    _open(draft, step.quote)
    draft.add(ev.QuoteRefused(quote=step.quote, reason=step.reason))


def _open(draft: Draft, number: int) -> None:
    """Refuses an answer of anybody but the client, and to a quote that is not open."""
    if draft.by.role is not Role.client:
        raise DomainError("not_yours_to_order", "Only the client answers a quote: it is the client who pays.")
    quote = draft.state.quote
    if quote is None or quote.number != number:
        known = "there is none" if quote is None else f"the newest is number {quote.number}"
        raise DomainError("unknown_quote", f"There is no quote number {number} to answer; {known}.")
    if quote.state != "made":
        raise DomainError("quote_not_open", f"Quote number {number} was {quote.state} already. Ask for another one.")


def _none_open(state: Ticket) -> None:
    if state.quote is not None and state.quote.state == "made":
        raise DomainError(
            "quote_open", f"Quote number {state.quote.number} waits for the client's answer. Wait for it first."
        )


def _terms(state: Ticket) -> QuoteTerms:
    if state.terms.quotes is None:
        raise DomainError("no_quotes", "The agreement speaks of no quotes. Tell the client in a comment instead.")
    return state.terms.quotes


def expires_at(state: Ticket) -> datetime | None:
    """When the open quote expires; None when none is open, or the ticket is closed, which answers it."""
    quote = state.quote
    waiting = state.closed_at is None and quote is not None and quote.state == "made"
    return quote.valid_until if quote is not None and waiting else None


def expire(draft: Draft) -> None:
    """Nobody answered: the quote no longer stands."""
    quote = draft.state.quote
    assert quote is not None  # only an open quote expires
    draft.add(ev.QuoteExpired(quote=quote.number))


DECISIONS: Decisions = {
    cmd.AskQuote: _ask,
    cmd.MakeQuote: _make,
    cmd.AcceptQuote: _accept,
    cmd.RefuseQuote: _refuse,
}
