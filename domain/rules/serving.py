"""Who and what is served: what is not is refused when it is filed, with the reason and the way that stays open."""

from __future__ import annotations

from collections.abc import Iterable

from domain.commands import Open, Product
from domain.errors import DomainError
from domain.terms import RequestTerms, Terms, Title
from domain.ticket import Ticket
from domain.words import Cover


def check_served(opening: Open) -> None:
    """DomainError for a request that the agreement does not serve; its sentence is for the one who filed it."""
    terms, language = opening.terms, opening.terms.language(opening.language)
    _check_contracts(opening, language)
    _check_language(terms, opening.language)
    _check_filer(opening)
    if opening.product is not None:
        check_product(terms, opening.product, language)
    elif terms.served.registered and opening.has_registered is False:
        raise _not_registered(terms, "No product is")
    kind = opening.kind or terms.default_request
    if opening.kind is not None:
        known_request(terms, opening.kind)
    if kind is not None:
        request = terms.requests[kind]
        if request.cover is Cover.not_handled:
            parts = {"what": said(request.title, language), "way": said(request.way, language)}
            raise DomainError("not_handled_here", not_handled(request, language), clause=cited(request.clause), **parts)
        check_cover(request, opening.covers, language)
    check_facts(terms, kind, opening.intake, language)


def known_request(terms: Terms, kind: str) -> RequestTerms:
    """The kind of request of that name. DomainError when the agreement has none such."""
    if kind not in terms.requests:
        known = ", ".join(terms.requests)
        told = f"it has {known}" if known else "it tells none apart, so leave it out"
        raise DomainError("unknown_request", f'The agreement has no kind of request "{kind}"; {told}.')
    return terms.requests[kind]


def no_contract(terms: Terms, organisation: str, language: str) -> str:
    """Why nothing is served to a client whose last contract, under these terms, is over; and what stays open."""
    served = terms.served
    told = f"{organisation} has no contract that is valid now{cited(served.contract_clause)}."
    return f"{told} {said(served.contract_way, terms.language(language))}".rstrip()


def _check_contracts(opening: Open, language: str) -> None:
    """Whoever lacks a contract that everything depends on is not served (PC-01, OL-01)."""
    served, in_force = opening.terms.served, opening.covers
    missing = [cover for cover in served.covers if in_force and cover not in in_force]
    if missing:
        raise DomainError(
            "cover_missing",
            f"Requests are taken with a contract for {' and '.join(served.covers)} in force, and there is none for "
            f"{' and '.join(missing)}{cited(served.contract_clause)}. {said(served.contract_way, language)}".rstrip(),
            what=" + ".join(missing),
            clause=cited(served.contract_clause),
            way=said(served.contract_way, language),
        )


def _check_language(terms: Terms, language: str) -> None:
    served = terms.served
    if served.languages and language not in served.languages:
        spoken = ", ".join(served.languages)
        raise DomainError(
            "language_not_served",
            f'Requests in "{language}" are not included{cited(served.languages_clause)}. Write in one of: {spoken}.',
            what=spoken,
            clause=cited(served.languages_clause),
        )


def _check_filer(opening: Open) -> None:
    """Whoever does not speak for the organisation is referred to those who do (PC-11, TF-05)."""
    served, filer = opening.terms.served, opening.filer
    if not served.contacts or filer is None or filer.role in served.contacts:
        return
    if served.where_named and not filer.named:
        return
    roles = " or ".join(str(role).replace("_", " ") for role in served.contacts)
    named = f": {', '.join(filer.named)}" if filer.named else ""
    raise DomainError(
        "referred",
        f"Requests are taken from your organisation's {roles} only{cited(served.contacts_clause)}. "
        f"Please turn to them{named}.",
        what=", ".join(filer.named),
        clause=cited(served.contacts_clause),
    )


def check_product(terms: Terms, product: Product, language: str) -> None:
    """DomainError for a product that is not registered, or a version that is not supported. What is unknown passes."""
    served = terms.served
    if served.registered and product.registered is False:
        raise _not_registered(terms, f"{' '.join(filter(None, (product.name, product.serial)))} is not")
    name = f"{product.name} {product.version}" if product.version else product.name
    why = None
    if product.stage is not None and product.stage not in served.stages:
        why = f"{name} is a {str(product.stage).replace('_', ' ')} version"
    elif product.end_of_life and not served.end_of_life:
        why = f"{name} has reached its end of life"
    elif served.versions is not None and product.rank is not None and product.rank >= served.versions:
        why = f"{name} is older than the {served.versions} most recent versions"
    if why:
        way = said(served.versions_way, language) or "Please update to a version that is supported."
        clause = cited(served.versions_clause)
        own = said(served.versions_way, language)
        raise DomainError(
            "version_not_supported", f"{why}, and is not supported{clause}. {way}", what=name, clause=clause, way=own
        )


def _not_registered(terms: Terms, told: str) -> DomainError:
    return DomainError(
        "not_registered",
        f"{told} registered for your organisation{cited(terms.served.registered_clause)}. "
        "Have it registered with its serial number, then file the request again.",
        clause=cited(terms.served.registered_clause),
    )


def check_cover(request: RequestTerms, covers: Iterable[str], language: str) -> None:
    """DomainError when no contract in force covers that kind of request (1L-01)."""
    if covered(request, covers):
        return
    way = said(request.way, language) or "Please ask us for one."
    raise DomainError(
        "cover_missing",
        f"“{said(request.title, language)}” needs a contract for {request.needs_cover} in force, and there is none"
        f"{cited(request.clause)}. {way}",
        what=said(request.title, language),
        clause=cited(request.clause),
        way=said(request.way, language),
    )


def covered(request: RequestTerms, covers: Iterable[str]) -> bool:
    """Whether a contract in force covers it; contracts that tell no covers apart cover everything."""
    in_force = tuple(covers)
    return request.needs_cover is None or not in_force or request.needs_cover in in_force


def answers(state: Ticket) -> dict[str, str | bool]:
    """What was answered of the intake, so far as these terms ask for it in that form: another revision asked more."""
    asked = {name: item.kind == "fact" for name, item in state.terms.intake.items()}
    return {name: answer for name, answer in state.intake.items() if asked.get(name) is isinstance(answer, bool)}


def check_facts(terms: Terms, kind: str | None, intake: dict[str, str | bool], language: str) -> None:
    """DomainError for an answer that is no item's, or for a "no" to what the treatment depends on (1L-07, 1L-09)."""
    for name, answer in intake.items():
        if name not in terms.intake:
            known = ", ".join(terms.intake) or "none"
            raise DomainError("unknown_intake", f'The intake asks for no "{name}"; its items are: {known}.')
        item = terms.intake[name]
        if (item.kind == "fact") is not isinstance(answer, bool):
            wanted = "true or false" if item.kind == "fact" else "text"
            raise DomainError("intake_unreadable", f'"{name}" is answered with {wanted}.')
        needed = kind is not None and name in terms.requests[kind].needs
        applies = not item.requests or kind in item.requests
        if answer is False and ((item.refuses and applies) or needed):
            way = said(item.way, language)
            raise DomainError(
                "prerequisite_missing",
                f"This request cannot be treated under the agreement, because the answer is no to: "
                f"“{said(item.title, language)}”{cited(item.clause)}. {way}".rstrip(),
                what=said(item.title, language),
                clause=cited(item.clause),
                way=way,
            )


def not_handled(request: RequestTerms, language: str) -> str:
    """Why a kind of request is not treated, and what stays open, for the one who filed it."""
    way = said(request.way, language)
    return (
        f"“{said(request.title, language)}” is not treated under this agreement{cited(request.clause)}. {way}".rstrip()
    )


def said(title: Title, language: str) -> str:
    """A title in that language, or in the first that it has; empty when there is none."""
    return title.get(language) or next(iter(title.values()), "")


def cited(clause: tuple[str, ...]) -> str:
    """The clause in brackets, fit to end a statement."""
    return f" ({', '.join(clause)})" if clause else ""
