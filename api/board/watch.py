"""What operations open at three in the morning: is everything well, what is stuck, what was not understood."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.access.auth import Caller
from api.board.sent import STATES, WAYS
from api.board.showing import board_page
from api.board.tables import Cell, Section, count, link, moment
from api.board.unmatched import WHYS
from api.context import Context, Now, Ours
from api.operations.addresses import workflow_address
from api.operations.doors import subject_of, view
from api.operations.examining import examine
from api.operations.guide import RUNBOOK
from api.pages.catalogue import mark as _
from api.pages.language import PageLanguage
from api.pages.subjects import SUBJECTS
from domain.messages.subjects import SUBJECTS as ABOUT
from runtime.settings import Settings
from store import inbox, messages_out, outbox, rejected, tickets
from store.messages_out import MessageFilter
from store.outbox import State
from store.rejected import RejectedFilter

router = APIRouter(include_in_schema=False)
FEW = 20
PARTS = {
    "engine": _("Engine"),
    "workers": _("Workers"),
    "database": _("Database"),
    "clocks": _("Clocks"),
    "stuck": _("Stuck tickets"),
    "outbox": _("Outbox"),
    "intake": _("Intake"),
    "agreements": _("Agreements"),
    "keeping": _("Retention and erasure"),
    "machine": _("Machine"),
}


@router.get("/operations", operation_id="operations_page")
async def operations(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Health above all; then what is late, given up, or not understood, with links to each ticket's workflow."""
    settings: Settings = request.app.state.settings
    found = view(await examine(subject_of(ours, now)), settings, language)
    shown: dict[str, Any] = {"counts": {}, "sections": []}
    if "database-away" not in {one.code for one in found.findings}:
        shown = await run_in_threadpool(_looked, ours, settings, now)
    return board_page(
        request,
        "board/operations.html",
        caller=caller,
        language=language,
        now=now,
        found=found,
        names=PARTS,
        runbook=RUNBOOK,
        states=STATES,
        web=settings.temporal_ui,
        **shown,
    )


def _looked(ours: Context, settings: Settings, now: datetime) -> dict[str, Any]:
    return {
        "counts": outbox.counts(ours.database),
        "sections": [_late(ours, settings, now), _given_up(ours), _not_understood(ours), _unmatched(ours)],
    }


def _late(ours: Context, settings: Settings, now: datetime) -> Section:
    rows = []
    for one in tickets.overdue(ours.database, now, FEW):
        web = workflow_address(settings, one.id)
        stuck = one.next_due is not None and one.next_due < now
        rows.append(
            (
                link(one.id, f"/board/tickets/{one.id}"),
                Cell(one.subject),
                moment(one.next_due),
                Cell(_("stuck: nothing has acted") if stuck else _("missed, and goes on"), say=True,
                     chip="bad" if stuck else "soon"),
                link("Temporal", web) if web else Cell(),
            )
        )  # fmt: skip
    heads = (_("Number"), _("Subject"), _("Due"), _("Status"), _("Workflow"))
    return Section(heads, rows, _("No clock is overdue."), _("Overdue clocks"))


def _given_up(ours: Context) -> Section:
    found, _more = messages_out.find(ours.database, MessageFilter(state=State.failed), limit=FEW)
    rows = [
        (moment(one.created_at), Cell(SUBJECTS[about], say=True, more=name) if about else Cell(name),
         Cell(one.target or one.message.to.id), Cell(WAYS[one.way], say=True), count(one.attempts),
         Cell(one.last_error or ""))
        for one in found
        for name, about in [(one.message.template, ABOUT.get(one.message.template))]
    ]  # fmt: skip
    heads = (_("When"), _("Message"), _("To"), _("By"), _("Attempts"), _("Why"))
    return Section(
        heads, rows, _("No message was given up."), _("Messages that were given up"), more="/operations/messages"
    )


def _not_understood(ours: Context) -> Section:
    found, _more = rejected.find(ours.database, RejectedFilter(), limit=FEW)
    rows = [
        (moment(one.seen_at), link(one.id, f"/v1/rejected-reports/{one.id}/body"), Cell(one.source), Cell(one.by),
         Cell(one.code.replace("_", " "), more=one.detail))
        for one in found
    ]  # fmt: skip
    heads = (_("When"), _("Number"), _("Monitor"), _("Sender"), _("Why"))
    return Section(heads, rows, _("Every report was understood."), _("Reports that could not be read"))


def _unmatched(ours: Context) -> Section:
    rows = [
        (
            moment(one.received_at),
            Cell(one.sender),
            link(one.subject, f"/board/messages#m-{one.id}"),
            Cell(WHYS.get(str(one.why), str(one.why)), say=True),
        )
        for one in inbox.find(ours.database, limit=FEW)[0]
    ]
    heads = (_("When"), _("Sender"), _("Subject"), _("Why"))
    return Section(
        heads, rows, _("Every message has found its ticket."), _("Messages that could not be matched"),
        more="/board/messages",
    )  # fmt: skip
