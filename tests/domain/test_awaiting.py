"""What a ticket waits for from its client."""

from __future__ import annotations

from datetime import timedelta

from domain import commands as cmd
from domain.awaiting import Awaited, awaited
from domain.commands import ProductNamed
from domain.record import summarise
from domain.terms import IntakeItem, QuoteTerms, RequestTerms
from domain.terms.cover import Extended
from domain.words import ClockKind, Cover, Party
from tests.factories import ANNA, BOB, Life, terms

QUOTED = {
    "quotes": QuoteTerms(valid=terms().reopening.within),
    "requests": {"change": RequestTerms(title={"en": "Change"}, cover=Cover.deducted)},
    "default_request": "change",
}


def owed(life: Life) -> tuple[Awaited, ...]:
    row = summarise(life.ticket)
    assert row.awaited == (",".join(awaited(life.ticket)) or None)
    return awaited(life.ticket)


def test_a_question_waits_until_it_is_answered() -> None:
    life = Life()
    assert owed(life) == ()
    life.do(BOB, cmd.Ask(question="Since when?"))
    assert owed(life) == (Awaited.answer,)
    life.do(ANNA, cmd.Answer(text="Since seven."))
    assert owed(life) == ()


def test_a_resolution_waits_for_the_client_until_it_has_agreed_or_refused() -> None:
    both = terms().consent.model_copy(update={"of": (Party.client, Party.provider)})
    life = Life(terms=terms(consent=both)).do(BOB, cmd.Resolve(kind="fix", text="Done."))
    assert owed(life) == (Awaited.consent,)
    life.do(ANNA, cmd.Consent())
    assert owed(life) == ()  # it is our side's turn
    assert summarise(life.ticket).client_rank == 1


def test_a_quote_waits_until_it_is_answered_or_has_expired() -> None:
    life = Life(terms=terms(**QUOTED)).do(BOB, cmd.MakeQuote(text="So much.", minutes=60))
    assert owed(life) == (Awaited.quote,)
    life.wait(timedelta(days=31))
    assert owed(life) == ()


def test_what_the_intake_asks_for_waits_beside_a_question() -> None:
    life = Life(terms=terms(intake={"steps": IntakeItem(title={"en": "Steps"})}))
    assert owed(life) == (Awaited.intake,)
    life.do(BOB, cmd.Ask(question="Since when?"))
    assert owed(life) == (Awaited.answer, Awaited.intake)
    life.do(ANNA, cmd.Supply(intake={"steps": "Press twice."}))
    assert owed(life) == (Awaited.answer,)


def test_the_clients_list_has_what_waits_for_it_first_and_what_is_closed_last() -> None:
    life = Life()
    ranks = [summarise(life.ticket).client_rank]
    for by, step in (
        (BOB, cmd.Resolve(kind="fix", text="Done.")),
        (ANNA, cmd.Consent()),
        (ANNA, cmd.Reopen(reason="Again.")),
    ):
        life.do(by, step)
        ranks.append(summarise(life.ticket).client_rank)
    assert ranks == [1, 0, 2, 1]


def test_a_product_named_while_consent_is_asked_begins_no_updates_before_a_refusal_does() -> None:
    plain = terms()
    extended = Extended(severities=plain.severities, local="office")
    life = Life(terms=terms(extended=extended)).do(BOB, cmd.Resolve(kind="fix", text="Spooler restarted."))
    life.do(ANNA, cmd.Supply(product=ProductNamed(name="printer")))
    assert life.ticket.clock(ClockKind.update) is None
    life.do(ANNA, cmd.Refuse(reason="It jams again."))
    told = [event.fact.type for event in life.events if getattr(event.fact, "clock", "") == "update"]
    assert told == ["clock_started", "clock_ended", "clock_started"]
