"""Intake: what the agreement asks the client for. What is missing is asked at once, and held for where it says so."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.serving import answers, check_facts, check_product, said
from domain.rules.shape import Decisions
from domain.terms import IntakeItem
from domain.ticket import Ticket
from domain.words import ClockKind

WHY = "intake"
"""Why a clock stands still while something that it waits for is missing."""


def missing(state: Ticket) -> tuple[str, ...]:
    """Items that this request needs and that have not been given, in the agreement's order."""
    return tuple(
        name
        for name, item in state.terms.intake.items()
        if _needed(state, name, item) and not _given(state, name, item)
    )


def _needed(state: Ticket, name: str, item: IntakeItem) -> bool:
    request = state.request_terms
    if request is not None and name in request.needs:
        return True
    requests = state.terms.requests.values()
    of_any = not item.requests and not any(name in one.needs for one in requests)
    of_kind = of_any or state.kind in item.requests
    return of_kind and (not item.severities or state.severity in item.severities)


def _given(state: Ticket, name: str, item: IntakeItem) -> bool:
    if name in state.intake:
        # What work or a clock waits for has not come with the answer that it is not there.
        return state.intake[name] is not False or not (item.before_work or item.holds)
    product = state.product
    return {
        "description": True,
        "contact": True,
        "impact": state.impact is not None,
        "product": product is not None and product.version is not None and product.serial is not None,
    }.get(item.kind, False)


def ask(draft: Draft) -> None:
    """Asks the client for what is missing and was not asked for yet; what waits for it stands still, the rest goes on.

    Called whenever the need may have changed: at the opening, after a triage or a classification, when something came.
    """
    state = draft.state
    if not state.terms.intake:
        return
    now_missing = missing(state)
    if set(now_missing) - set(state.missing):
        draft.add(ev.IntakeAsked.made(items=now_missing))
    elif now_missing != state.missing:
        draft.add(ev.IntakeSupplied.made(missing=now_missing))
    _hold(draft, now_missing)


def _hold(draft: Draft, items: tuple[str, ...]) -> None:
    held = {clock for name in items for clock in draft.state.terms.intake[name].holds}
    keeping.resume(draft, WHY, kinds=[kind for kind in ClockKind if kind not in held])
    keeping.pause(draft, held, WHY)


def require(draft: Draft) -> None:
    """DomainError while something is missing without which no work begins (1L-15); it is named."""
    state = draft.state
    language = state.terms.language(state.language)
    items = [state.terms.intake[name] for name in state.missing if state.terms.intake[name].before_work]
    if items:
        named = "; ".join(said(item.title, language) for item in items)
        raise DomainError(
            "intake_missing",
            f"No work begins before the client has given what the agreement asks for: {named}. "
            "Remind the client, or supply it.",
        )


def _supply(draft: Draft, step: cmd.Supply) -> None:
    state = draft.state
    product, items = step.about, state.terms.intake
    if not step.intake and product is None:
        raise DomainError("nothing_supplied", "Nothing was given. Name an item of the intake, or the product.")
    language = state.terms.language(state.language)
    check_facts(state.terms, state.kind, {**answers(state), **step.intake}, language)
    if product is not None:
        check_product(state.terms, product, language)
    after = state.model_copy(update={"intake": {**state.intake, **step.intake}, "product": product or state.product})
    standing = tuple(name for name in step.intake if items[name].standing)
    draft.add(
        ev.IntakeSupplied.made(
            intake=step.intake,
            product=product,
            missing=missing(after),
            standing=standing,
            attachments=step.attachments,
        )
    )
    if product is not None and state.terms.extended is not None:
        keeping.retarget(draft)
    ask(draft)


DECISIONS: Decisions = {cmd.Supply: _supply}
