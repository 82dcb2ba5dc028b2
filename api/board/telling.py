"""How a ticket stands, in a sentence, and the facts beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup

from api.board.rows import LEVELS
from api.board.words import CLOSINGS, COVERED
from api.context import Context
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.portal.agreements import agreement_title, contract_title
from domain.ticket import Ticket
from domain.words import Party, Status
from store import directory

At = Callable[[datetime | None], Markup]
_PARTIES = {Party.client: _("the client"), Party.provider: _("the provider")}


def state_in_words(state: Ticket, language: str, at: At) -> Markup:
    """One sentence, sometimes two."""

    def told(sentence: str, **data: object) -> Markup:
        return Markup(say(language, sentence)) % data if data else Markup(say(language, sentence))

    match state.status:
        case Status.new:
            said = told(_("Nobody has answered the client yet."))
        case Status.waiting:
            said = told(_("Waits for the client, who was asked: “%(question)s”"), question=state.question or "")
        case Status.resolved:
            agreed = state.resolution.consents if state.resolution else ()
            left = [say(language, _PARTIES[one]) for one in state.terms.consent.of if one not in agreed]
            said = told(_("A resolution is proposed; consent of %(whom)s is awaited."), whom=", ".join(left))
        case Status.closed:
            how = say(language, CLOSINGS[state.closing]) if state.closing else ""
            said = told(
                _("Closed, %(how)s; it can be reopened until %(until)s."), how=how, until=at(state.reopen_until)
            )
        case Status.archived:
            said = told(_("Archived; only staff can reopen it."))
        case _:
            said = told(_("In work at %(level)s."), level=level_of(state, language))
    if state.awaited is not None:
        said += Markup(" ") + told(_("It waits for the defect %(defect)s."), defect=state.awaited.defect)
    if state.missing:
        said += Markup(" ") + told(_("The intake is incomplete."))
    if state.interruption is not None and state.interruption.up_at is None:
        down = state.interruption
        said += Markup(" ") + told(
            _("The service %(service)s is down since %(since)s."), service=down.service, since=at(down.down_since)
        )
    return said


def level_of(state: Ticket, language: str) -> str:
    """Level and competence groups, as the agreement calls them."""
    terms = state.level_terms
    title = state.terms.said(terms.title, language, say(language, LEVELS[state.level]))
    groups = [state.terms.said(terms.groups.get(one, {}), language, one) for one in (state.group, *state.also) if one]
    return " · ".join((title, *groups))


def facts_of(ours: Context, state: Ticket, language: str) -> dict[str, Any]:
    """What stands beside the ticket; names from the directory. Reads the database."""
    client = directory.organisation(ours.database, state.organisation)
    contact = directory.contact(ours.database, state.contact)
    staff = {one.id: one.name for one in directory.staff(ours.database)}
    request = state.request_terms
    return {
        "contract": _contract(ours, state, language),
        "client": client.name if client else state.organisation,
        "contact": contact,
        "severity": state.terms.said(state.severity_terms.title, language, state.severity),
        "level": level_of(state, language),
        "assignee": staff.get(state.assignee, state.assignee) if state.assignee else None,
        "others": [staff.get(one, one) for one in state.others],
        "kind": state.terms.said(request.title, language, state.kind or "") if request else None,
        "cover": COVERED[request.cover] if request else None,
        "staff": staff,
    }


def intake_of(state: Ticket, language: str) -> list[tuple[str, str | bool | None, bool]]:
    """What the intake asks for: its title, what was answered, whether it is still owed."""
    return [
        (state.terms.said(item.title, language, name), state.intake.get(name), name in state.missing)
        for name, item in state.terms.intake.items()
        if item.kind in ("text", "fact") and (name in state.intake or name in state.missing)
    ]


def _contract(ours: Context, state: Ticket, language: str) -> str:
    """As it is known now; the agreement that the ticket carries, for one that is not any more."""
    found = directory.contract(ours.database, state.contract)
    return contract_title(ours, found, language) if found else agreement_title(ours, state.terms.agreement, language)
