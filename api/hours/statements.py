"""The monthly statement of an organisation's hours: as data, as a page, as a table for other programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from api.access.auth import Caller
from api.context import Context, Now, Ours
from api.hours.doors import OrganisationId, reached_organisation, zone_of
from api.http.problems import invalid
from api.pages.headers import PAPER
from api.shapes import AT, TICKET, example
from domain.consumption import Statement, statement
from domain.words import Cover, Work
from papers.statement import LoggedLine, statement_csv, statement_page
from papers.words import Words
from store import hour_entries, hours
from store.hour_entries import EntryFilter, EntryOrder

router = APIRouter(prefix="/v1/organisations/{id}/statements", tags=["hours"])
CSV = "text/csv; charset=utf-8"
Month = Annotated[
    str, Path(description="year and month", pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", examples=["2026-03"])
]


class StatementLine(BaseModel):
    """A package in the month, in minutes: opening + bought - taken - expired = closing."""

    package: str
    opening: int
    bought: int
    taken: int
    expired: int
    closing: int


class MovementView(BaseModel):
    """What a ticket took from a package (above zero) or gave back (below)."""

    at: datetime
    ticket: str
    package: str
    minutes: int


class StatementEntry(BaseModel):
    """One intervention that was logged in the month."""

    ticket: str
    number: int
    work: Work
    began_at: datetime
    logged_at: datetime
    worked: int
    counted: int
    charged: int
    cover: Cover
    text: str


class StatementView(BaseModel):
    """A month in the agreement's zone. `finished`: whether it is over. The entries stand as they are charged now."""

    model_config = example(
        organisation="acme", month="2026-03", zone="Europe/Paris", begins_at="2026-02-28T23:00:00Z",
        ends_at="2026-03-31T22:00:00Z", finished=False,
        packages=[
            {"package": "H-K7M39QX24T", "opening": 0, "bought": 600, "taken": 60, "expired": 0, "closing": 540}
        ],
        total={"package": "", "opening": 0, "bought": 600, "taken": 60, "expired": 0, "closing": 540},
        movements=[{"at": AT, "ticket": TICKET, "package": "H-K7M39QX24T", "minutes": 60}],
        entries=[],
    )  # fmt: skip

    organisation: str
    month: str
    zone: str
    begins_at: datetime
    ends_at: datetime
    finished: bool
    packages: list[StatementLine]
    total: StatementLine
    movements: list[MovementView]
    entries: list[StatementEntry]


# The addresses with an ending come first: the one without would take them for months.
@router.get(
    "/{month}.html",
    operation_id="read_statement_page",
    summary="Read a month's statement as a page",
    response_class=HTMLResponse,
)
def read_page(id: OrganisationId, month: Month, caller: Caller, ours: Ours, now: Now) -> HTMLResponse:
    """In the client's language, to read and to print."""
    client = reached_organisation(ours, caller.organisation, id)
    zone = zone_of(ours, id, now)
    words = Words(client.language, zone)
    told, entries = _told(ours, id, month, zone)
    page = statement_page(told, entries, client.name, words, unfinished=told.ends > now)
    return HTMLResponse(page, headers={"Content-Language": words.language, "Content-Security-Policy": PAPER})


@router.get(
    "/{month}.csv",
    operation_id="export_statement",
    summary="Export a month's interventions",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "A line for each intervention."}},
)
def export(id: OrganisationId, month: Month, caller: Caller, ours: Ours, now: Now) -> Response:
    """A line for each intervention that was logged in the month: whole minutes, instants in UTC."""
    reached_organisation(ours, caller.organisation, id)
    _, entries = _told(ours, id, month, zone_of(ours, id, now))
    named = f'attachment; filename="hours-{month}.csv"'
    return Response(statement_csv(entries), media_type=CSV, headers={"Content-Disposition": named})


@router.get("/{month}", operation_id="read_statement", summary="Read a month's statement")
def read(id: OrganisationId, month: Month, caller: Caller, ours: Ours, now: Now) -> StatementView:
    """What the packages held, what was bought, taken and lost, and every intervention that was logged."""
    reached_organisation(ours, caller.organisation, id)
    zone = zone_of(ours, id, now)
    told, entries = _told(ours, id, month, zone)
    columns = ("opening", "bought", "taken", "expired", "closing")
    return StatementView(
        organisation=id,
        month=month,
        zone=zone,
        begins_at=told.begins,
        ends_at=told.ends,
        finished=told.ends <= now,
        packages=[StatementLine(**dict(line)) for line in told.lines],
        total=StatementLine(package="", **{name: told.total(name) for name in columns}),
        movements=[MovementView(**dict(one)) for one in told.movements],
        entries=[StatementEntry(**dict(one)) for one in entries],
    )


def _told(ours: Context, id: str, month: str, zone: str) -> tuple[Statement, list[LoggedLine]]:
    begins, ends = _bounds(month, zone)
    packages, movements = hours.packages(ours.database, id), hours.movements(ours.database, id, until=ends)
    wanted = EntryFilter(organisation=id, logged_from=begins, logged_to=ends)
    lines: list[LoggedLine] = []
    cursor: str | None = None
    while True:
        page = hour_entries.find(ours.database, wanted, EntryOrder.logged_at, cursor, hour_entries.MOST)
        lines += [
            LoggedLine.model_validate({name: getattr(entry, name) for name in LoggedLine.model_fields})
            for entry in page.entries
        ]
        cursor = page.next
        if cursor is None:
            return statement(packages, movements, begins, ends), lines[::-1]


def _bounds(month: str, zone: str) -> tuple[datetime, datetime]:
    """The month's beginning and end in the zone. A Problem for a year that no calendar reaches."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise invalid("/month", f'"{month}" is no month; write year and month, as in 2026-03.', where="path") from None
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first.astimezone(UTC), after.astimezone(UTC)
