"""What somebody asks a list of the board for: a view, words, filters. All of it stands in the address."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ConfigDict, Field, ValidationError

from api.access.auth import Caller
from api.context import Ours
from api.http.problems import invalid
from api.tickets.reads import Wanted
from store import directory
from store.board import Change, Team
from store.paging import Order
from store.ticket_filter import TicketFilter

NOBODY = "-"
"""Stands in the address for "without one": an empty field of a form asks for nothing."""


class View(StrEnum):
    """Whose tickets: one's own, one's team's, nobody's, or all."""

    mine = "mine"
    team = "team"
    unassigned = "unassigned"
    everything = "everything"


class Asked(Wanted):
    """The API's filters, with a view and the words of the search. `limit` is the length of a page."""

    model_config = ConfigDict(extra="ignore")

    view: View = View.mine
    q: str = Field("", max_length=200)
    order: Order = Order.queue

    @property
    def filtered(self) -> bool:
        """Whether it asks for more than a view."""
        given = self.model_fields_set - {"view", "order", "limit", "cursor"}
        return any(getattr(self, name) not in (None, "", [], False) for name in given)


def asked(request: Request) -> Asked:
    """The address's query. A Problem (422) for what cannot be asked."""
    given: dict[str, Any] = {}
    for name in dict.fromkeys(request.query_params):
        values = [value.strip() for value in request.query_params.getlist(name) if value.strip()]
        if values:
            given[name] = values if name == "status" else "" if values[-1] == NOBODY else values[-1]
    try:
        return Asked.model_validate(given)
    except ValidationError as error:
        fault = error.errors()[0]
        raise invalid("/" + "/".join(map(str, fault["loc"])), str(fault["msg"]), where="query") from None


def team_of(caller: Caller, ours: Ours) -> Team | None:
    """Level and group of the caller, as the directory has them; None for who works at no level."""
    member = directory.member(ours.database, caller.id)
    return Team(level=str(member.level), group=member.group) if member and member.level else None


def filters(asked: Asked, caller: Caller, team: Team | None, now: datetime) -> TicketFilter:
    """What the store is asked for. A status that is asked for by name shows closed tickets too."""
    names = TicketFilter.model_fields.keys() & Wanted.model_fields.keys()
    fields: dict[str, Any] = {name: getattr(asked, name) for name in names}
    fields |= {"organisation": caller.organisation or asked.organisation, "search": asked.q or None}
    fields |= {"overdue_at": now if asked.overdue else None, "open": not asked.status}
    match asked.view:
        case View.mine:
            fields["assignee"] = caller.id
        case View.unassigned:
            fields["assignee"] = ""
        case View.team if team is not None:
            fields |= {"level": team.level, "group": team.group or asked.group}
    return TicketFilter.model_validate(fields)


def concerns(change: Change, view: View, who: str, team: Team | None) -> bool:
    """Whether a changed ticket may be new in such a list; one that is shown already is known to the browser."""
    match view:
        case View.mine:
            return change.assignee == who
        case View.unassigned:
            return change.assignee is None
        case View.team:
            return team is None or team.has(change.level, change.group)
    return True


AskedFor = Annotated[Asked, Depends(asked)]
MyTeam = Annotated[Team | None, Depends(team_of)]
