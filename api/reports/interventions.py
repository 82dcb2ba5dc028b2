"""The intervention report of a ticket: as data, as a page, as a PDF (1L-21)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from api.access.reach import ReachedTicket
from api.context import Context, Now, Ours
from api.engine.tickets import NoRun
from api.http.problems import unknown_ticket
from api.pages.headers import PAPER
from api.shapes import AT, TICKET, example
from domain.evolve import rebuild
from domain.hours import Package
from domain.report import Report, report_of
from domain.words import Cover, Work
from papers.report import report_page
from papers.report_pdf import MEDIA_TYPE, report_pdf
from store import directory, hours, tickets

router = APIRouter(prefix="/v1/tickets", tags=["hours"])
Written = TypeVar("Written", str, bytes)


class ReportLineView(BaseModel):
    """One intervention. Minutes: `worked`, `counted` after rounding, `charged` of these to `cover`."""

    number: int
    work: Work
    began_at: datetime
    worked: int
    counted: int
    charged: int
    cover: Cover
    text: str


class ReportView(BaseModel):
    """The report as it stands now, in minutes. `taken` by hour package; `left` in all of them after this work."""

    model_config = example(
        ticket=TICKET, subject="One more column on the delivery note", organisation="acme", language="fr",
        zone="Europe/Paris", made_at=AT, worked=50, counted=60, charged=60,
        lines=[
            {
                "number": 1, "work": "work", "began_at": AT, "worked": 50, "counted": 60, "charged": 60,
                "cover": "deducted", "text": "The column has been added, and tried out with the client.",
            }
        ],
        taken={"H-K7M39QX24T": 60}, left=540,
    )  # fmt: skip

    ticket: str
    subject: str
    organisation: str
    language: str
    zone: str
    made_at: datetime
    worked: int
    counted: int
    charged: int
    lines: list[ReportLineView]
    taken: dict[str, int]
    left: int | None


@router.get(
    "/{id}/intervention-report", operation_id="read_intervention_report", summary="Read the intervention report"
)
async def read(ticket: ReachedTicket, ours: Ours, now: Now) -> ReportView:
    """Every intervention on the ticket with what is counted and charged, and what the hour packages gave for it."""
    report = await _report(ours, ticket, now)
    lines = [ReportLineView(**dict(line)) for line in report.lines]
    sums = {name: report.total(name) for name in ("worked", "counted", "charged")}
    return ReportView(**{**dict(report), **sums, "lines": lines})


@router.get(
    "/{id}/intervention-report.html",
    operation_id="read_intervention_report_page",
    summary="Read the intervention report as a page",
    response_class=HTMLResponse,
)
async def read_page(ticket: ReachedTicket, ours: Ours, now: Now) -> HTMLResponse:
    """The same in the client's language, to read and to print."""
    report = await _report(ours, ticket, now)
    page = await run_in_threadpool(_written, ours, report, report_page)
    return HTMLResponse(page, headers={"Content-Language": report.language, "Content-Security-Policy": PAPER})


@router.get(
    "/{id}/intervention-report.pdf",
    operation_id="read_intervention_report_pdf",
    summary="Read the intervention report as a PDF",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "The report on paper."}},
)
async def read_pdf(ticket: ReachedTicket, ours: Ours, now: Now) -> Response:
    """The same as the attachment that the client receives."""
    report = await _report(ours, ticket, now)
    paper = await run_in_threadpool(_written, ours, report, report_pdf)
    named = f'inline; filename="intervention-{ticket}.pdf"'
    headers = {"Content-Language": report.language, "Content-Disposition": named}
    return Response(paper, media_type=MEDIA_TYPE, headers=headers)


async def _report(ours: Context, ticket: str, now: datetime) -> Report:
    history = await run_in_threadpool(tickets.history, ours.database, ticket)
    if history:
        return report_of(rebuild(history), now)
    try:
        # Opened milliseconds ago: the engine has it, the database soon will.
        return report_of(await ours.engine.state(ticket), now)
    except NoRun:
        raise unknown_ticket(ticket) from None


def _written(ours: Context, report: Report, write: Callable[[Report, str, list[Package]], Written]) -> Written:
    client = directory.organisation(ours.database, report.organisation)
    packages: list[Package] = list(hours.packages_named(ours.database, report.taken))
    return write(report, client.name if client else report.organisation, packages)
