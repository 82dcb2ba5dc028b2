"""Known errors at R&D: the list, one with its news and tickets, and what R&D says about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from api.access.auth import Caller, Principal
from api.board.listing import list_page
from api.board.page_forms import PageForm, carried_out
from api.board.step_fields import Field
from api.board.tables import Cell, Section, count, link, moment
from api.context import Context, Now, Ours
from api.defects import doors
from api.http.idempotency import Key
from api.http.problems import Problem, invalid
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from domain.defects import SETTLED, DefectStatus
from store import defects, directory, tickets
from store.paging import Order
from store.ticket_filter import TicketFilter

router = APIRouter(include_in_schema=False)
_STATUSES = {
    DefectStatus.open: (_("open"), "soon"),
    DefectStatus.fixed: (_("corrected"), "good"),
    DefectStatus.rejected: (_("not corrected"), "bad"),
    DefectStatus.closed: (_("closed"), ""),
}
_WORDS = (Field("text", _("Every client who waits for it reads this")),)
_STEPS = {
    "answer": (doors.answer, _("Tell everybody who waits"), _("Tell them"), _("Everybody who waits has been told.")),
    "reject": (
        doors.reject, _("It will not be corrected"), _("Reject the defect"),
        _("The defect is rejected; its tickets are worked on again."),
    ),
    "close": (
        doors.close, _("No further version will be corrected"), _("Close the defect"), _("The defect is closed."),
    ),
}  # fmt: skip
"""What R&D says: the API's operation, the form's title, its button, and what is told when it is done."""
_OPENED = _("The defect is open: tickets can wait for it.")


@router.get("/board/defects", operation_id="board_defects")
def all_defects(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    cursor: str | None = Query(None, max_length=500),
) -> Response:  # fmt: skip
    """Known errors, newest first, with how many tickets wait."""
    return _all(request, caller, ours, now, language, cursor)


@router.post("/board/defects", operation_id="board_open_defect")
async def open_defect(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Opens one, and leads to its page."""
    form: Form[doors.OpenDefectBody] = await read_form(request, doors.OpenDefectBody)
    opened = Response()

    async def act(body: doors.OpenDefectBody) -> None:
        await doors.open_(body, caller, ours, Key(form.key, True), opened)

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(_all, request, caller, ours, now, language, form=form, status=refused)
    return RedirectResponse(f"/board/defects/{opened.headers['Location'].rpartition('/')[2]}?done=open", 303)


@router.get("/board/defects/{id}", operation_id="board_defect")
def one_defect(
    id: str, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """A defect: its news, and the tickets that wait for it or were freed."""
    told = _OPENED if done == "open" else _STEPS[done][3] if done in _STEPS else ""
    return _one(id, request, caller, ours, now, language, notice=say(language, told) if told else "")


@router.post("/board/defects/{id}/{step}", operation_id="board_defect_step")
async def say_of_defect(
    id: str, step: str, request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage
) -> Response:
    """Tells everybody who waits, rejects or closes; the same as the API's operations."""
    if step not in _STEPS:
        raise Problem(404, "not_found", "There is no such step.")
    defect = await doors.reached(ours, id)
    form: Form[doors.WordsBody] = await read_form(request, doors.WordsBody)

    async def act(body: doors.WordsBody) -> None:
        await _STEPS[step][0](body, defect, caller, ours, Key(form.key, True))

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(
            _one, id, request, caller, ours, now, language, form=form, step=step, status=refused
        )
    return RedirectResponse(f"/board/defects/{id}?done={step}", 303)


def _all(
    request: Request, caller: Principal, ours: Context, now: datetime, language: str, cursor: str | None = None,
    **shown: Any,
) -> Response:  # fmt: skip
    try:
        found = defects.find(ours.database, defects.DefectFilter(), cursor=cursor)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    rows = [
        (link(one.id, f"/board/defects/{one.id}"), Cell(one.title), Cell(one.product or ""), _status(one.status),
         count(one.waiting, "soon"), moment(one.opened_at), moment(one.updated_at))
        for one in found.defects
    ]  # fmt: skip
    heads = (_("Number"), _("Title"), _("Product"), _("Status"), _("Tickets that wait"), _("Opened"), _("Latest news"))
    fields = (
        Field("title", _("Title"), "line"), Field("description", _("What goes wrong, and when")),
        Field("product", _("Product"), "line", required=False, help=_("as in the product catalogue")),
        Field("id", _("Number"), "line", required=False, help=_("R&D’s own; without one it gets one")),
    )  # fmt: skip
    opening = PageForm("open", _("Open a defect"), _("Open the defect"), "/board/defects", fields)
    forms = (opening,) if caller.may("board_open_defect") else ()
    section = Section(heads, rows, _("There is no defect."))
    return list_page(
        request, caller, language, now, _("Defects"), section, following=found.next, forms=forms, step="open", **shown
    )


def _one(
    id: str, request: Request, caller: Principal, ours: Context, now: datetime, language: str, **shown: Any
) -> Response:
    found = defects.get(ours.database, id)
    if found is None:
        raise Problem(404, "unknown_defect", f'There is no defect "{id}".')
    people = {one.id: one.name for one in directory.staff(ours.database)}
    news = [
        (moment(one.at), Cell(str(one.number), number=True), Cell(one.text), Cell(people.get(one.by.id, one.by.id)))
        for one in defects.announced(ours.database, id)
    ]
    wanted = TicketFilter(defect=id, organisation=caller.organisation)
    linked = tickets.find(ours.database, wanted, Order.updated, limit=tickets.MOST).tickets
    names = directory.names(ours.database, {one.organisation for one in linked})
    rows = [
        (link(one.id, f"/board/tickets/{one.id}"), Cell(one.subject),
         link(names.get(one.organisation, one.organisation), f"/board/clients/{one.organisation}"),
         Cell(_("waits") if one.defect_heard is not None else _("goes on"), say=True), moment(one.defect_since))
        for one in linked
    ]  # fmt: skip
    speaks = caller.may("board_defect_step") and found.status not in SETTLED
    forms = tuple(
        PageForm(name, title, button, f"/board/defects/{id}/{name}", _WORDS)
        for name, (_operation, title, button, _done) in _STEPS.items()
        if speaks
    )
    return list_page(
        request, caller, language, now, f"{found.id} {found.title}",
        Section((_("When"), _("Number"), _("News"), _("By")), news, _("There is no news yet."), _("News of R&D")),
        Section((_("Number"), _("Subject"), _("Client"), _("Status"), _("Since")), rows, _("No ticket is linked."),
                _("Tickets")),
        plain_title=True, about=found.description, forms=forms, **shown,
    )  # fmt: skip


def _status(status: DefectStatus) -> Cell:
    words, chip = _STATUSES[status]
    return Cell(words, say=True, chip=chip)
