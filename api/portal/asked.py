"""What the agreement asks of whoever files, and what it promises in return: worked out before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from api.context import Context
from api.http.problems import Problem
from api.intake import facts
from api.intake.opening import prepare
from api.portal.agreements import impacts_of
from api.portal.client import Client
from api.portal.promises import TITLES
from api.portal.refusals import not_served_in_words, refusal_in_words
from api.portal.words import COVERS
from api.shapes import OpenTicket
from domain.commands import Actor, Open, ProductNamed
from domain.decide import open_ticket
from domain.errors import DomainError
from domain.evolve import rebuild
from domain.keeping import PROMISED
from domain.rules.serving import covered
from domain.telling import promise
from domain.terms import RequestTerms, Terms
from domain.ticket import Ticket
from domain.words import Channel, ClockKind, Cover, Stage
from store import products
from store.directory import Contract

PREVIEW = "0000000000"
"""The number of a ticket that is only looked at."""


@dataclass(frozen=True)
class Promised:
    """`due` is absent where there is no deadline, or where the time begins when something has come."""

    title: str
    words: str
    every: bool
    due: datetime | None
    clause: tuple[str, ...]
    held: bool


@dataclass
class Asked:
    """`kinds` and `impacts` are for choosing; `refusal`: why it is not served. `seen`: which promises were shown."""

    contract: Contract | None
    terms: Terms | None
    kinds: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    not_served: list[dict[str, Any]] = field(default_factory=list)
    kind: str = ""
    impacts: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, title, and the title of the severity that it proposes."""
    severities: list[tuple[str, str]] = field(default_factory=list)
    product: bool = False
    product_required: bool = False
    products: list[str] = field(default_factory=list)
    intake: list[dict[str, Any]] = field(default_factory=list)
    promises: list[Promised] = field(default_factory=list)
    severity: str = ""
    cover: str = ""
    preferred: tuple[str, ...] = ()
    refusal: str = ""
    referred: bool = False
    """The refusal is of the person, whatever is filled in."""
    seen: str = ""


def asked(ours: Context, client: Client, values: Mapping[str, Any], now: datetime, language: str) -> Asked:
    """For what has been filled in so far. Reads the database; changes nothing."""
    contract = _contract(client, values)
    if contract is None:
        return Asked(None, None)
    terms = client.terms[contract.id]
    found = Asked(contract, terms)
    of_agreement = [one for one in client.contracts if one.agreement == contract.agreement]
    _kinds(found, terms, facts.covers(of_agreement), language)
    found.impacts = impacts_of(ours, contract.agreement, language)
    if not found.impacts:
        found.severities = [(name, terms.said(one.title, language, name)) for name, one in terms.severities.items()]
    found.kind = str(values.get("kind") or terms.default_request or "")
    _product(ours, found, terms, client.organisation.id)
    filed = _filed(client, contract, terms, values)
    try:
        opening = prepare(ours, filed, client.organisation.id, PREVIEW, client.caller.actor, now)
        bare = _opened(opening.model_copy(update={"intake": {}}), now)
    except (DomainError, Problem) as refused:
        found.refusal, found.referred = _why(refused, language), refused.code == "referred"
        return found
    _promised(found, bare, language)
    try:
        _opened(opening, now)
    except DomainError as refused:
        found.refusal, found.referred = _why(refused, language), refused.code == "referred"
    return found


def _contract(client: Client, values: Mapping[str, Any]) -> Contract | None:
    """The one that was chosen, or the one that needs no choice."""
    known = [one for one in client.contracts if one.id in client.terms]
    named = next((one for one in known if one.id == values.get("contract")), None)
    return named or facts.main(known) if known else None


def _kinds(found: Asked, terms: Terms, covers: tuple[str, ...], language: str) -> None:
    for name, request in terms.requests.items():
        title = terms.said(request.title, language, name)
        if request.cover is Cover.not_handled or not covered(request, covers):
            found.not_served.append(_not_served(terms, request, title, language))
        else:
            cover = _cover(terms, request)
            found.kinds.setdefault(COVERS[str(cover)], []).append((name, title))


def _cover(terms: Terms, request: RequestTerms) -> Cover:
    level = terms.levels.get(request.level)
    return Cover.billable if request.cover is Cover.included and level and level.billed else request.cover


def _not_served(terms: Terms, request: RequestTerms, title: str, language: str) -> dict[str, Any]:
    needs = None if request.cover is Cover.not_handled else request.needs_cover
    return {"title": title, "needs": needs, "clause": request.clause, "way": terms.said(request.way, language)}


def _product(ours: Context, found: Asked, terms: Terms, organisation: str) -> None:
    served = terms.served
    by_version = served.versions is not None or not served.end_of_life or served.stages != tuple(Stage)
    in_intake = any(item.kind == "product" for item in terms.intake.values())
    found.product_required = served.registered
    found.product = served.registered or by_version or in_intake or bool(terms.extended and terms.extended.products)
    if found.product:
        registered, _ = products.registrations(ours.database, organisation)
        found.products = list(dict.fromkeys(one.product for one in registered))


def _filed(client: Client, contract: Contract, terms: Terms, values: Mapping[str, Any]) -> OpenTicket:
    language = values.get("language")
    return OpenTicket.model_construct(
        subject=str(values.get("subject") or "."),
        description=str(values.get("description") or "."),
        channel=Channel.portal,
        severity=values.get("severity"),
        impact=values.get("impact"),
        kind=values.get("kind"),
        language=language if language in terms.languages else None,
        contract=contract.id,
        contact=client.person.id if client.person else None,
        intake=answers(terms, values),
        product=_named(values),
        service=None,
        down_since=None,
    )


def _named(values: Mapping[str, Any]) -> ProductNamed | None:
    """The product, as far as it can be read: what cannot is said when the form is sent."""
    parts = {part: values.get(f"product.{part}") for part in ("name", "version", "serial")}
    try:
        return ProductNamed.model_validate({part: value for part, value in parts.items() if value})
    except ValidationError:
        return None


def answers(terms: Terms, values: Mapping[str, Any]) -> dict[str, str | bool]:
    """The intake as a page's form has it, where a fact comes as a word."""
    given: dict[str, str | bool] = {}
    for name, item in terms.intake.items():
        value = values.get(f"intake.{name}")
        if isinstance(value, str) and value.strip():
            given[name] = value == "true" if item.kind == "fact" else value.strip()[:250]
    return given


def _opened(opening: Open, now: datetime) -> Ticket:
    by = {"role": "client", "id": opening.contact}
    return rebuild(open_ticket(opening, Actor.model_validate(by), now, PREVIEW))


def _promised(found: Asked, state: Ticket, language: str) -> None:
    terms = state.terms
    found.severity = terms.said(state.severity_terms.title, language, state.severity)
    request = state.request_terms
    found.cover = COVERS[str(_cover(terms, request))] if request else ""
    found.preferred = tuple(str(one) for one in terms.contact.preferred.get(state.severity, ()))
    found.intake = intake_items(state, language)
    found.promises = [
        Promised(
            title=TITLES[clock.kind],
            words=promise(clock.target.words, language),
            every=clock.kind is ClockKind.update,
            due=clock.due,
            clause=clock.target.clause,
            held=bool(clock.paused_by),
        )
        for clock in state.clocks
        if clock.kind in PROMISED
    ]
    found.seen = f"{state.contract}:{state.kind}:{state.severity}"


def intake_items(state: Ticket, language: str) -> list[dict[str, Any]]:
    """The items of the intake that are awaited, as a form shows them; what the ticket itself gives is asked there."""
    items = ((name, state.terms.intake[name]) for name in state.missing)
    return [
        {
            "name": name,
            "kind": item.kind,
            "title": state.terms.said(item.title, language, name),
            "before_work": item.before_work,
            "holds": bool(item.holds),
        }
        for name, item in items
    ]


def _why(refused: DomainError | Problem, language: str) -> str:
    if isinstance(refused, DomainError):
        return not_served_in_words(refused, language)
    return refusal_in_words(refused.code, refused.detail, language)
