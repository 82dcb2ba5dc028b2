"""Published releases with the defects that they fix, and the form that publishes one."""

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
from api.board.tables import Cell, Section, moment
from api.context import Context, Now, Ours
from api.defects.releases import PublishRelease, publish
from api.http.idempotency import Key
from api.http.problems import invalid
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.forms import Form, read_form
from api.pages.language import PageLanguage
from domain.defects import SETTLED, DefectStatus
from store import defects, releases

router = APIRouter(include_in_schema=False)
_OPEN = tuple(one for one in DefectStatus if one not in SETTLED)


@router.get("/board/releases", operation_id="board_releases")
def all_releases(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage,
    cursor: str | None = Query(None, max_length=500), done: str = Query("", max_length=20),
) -> Response:  # fmt: skip
    """Newest first."""
    told = say(language, _("The release is published; everybody who waited for it is told.")) if done else ""
    return _all(request, caller, ours, now, language, cursor, notice=told)


@router.post("/board/releases", operation_id="board_publish")
async def publish_release(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """Publishes one; the same as the API's operation."""
    form: Form[PublishRelease] = await read_form(request, PublishRelease)

    async def act(body: PublishRelease) -> None:
        await publish(body, caller, ours, Key(form.key, True), now, Response())

    refused = await carried_out(form, act, language)
    if refused is not None:
        return await run_in_threadpool(_all, request, caller, ours, now, language, form=form, status=refused)
    return RedirectResponse("/board/releases?done=publish", 303)


def _all(
    request: Request, caller: Principal, ours: Context, now: datetime, language: str, cursor: str | None = None,
    **shown: Any,
) -> Response:  # fmt: skip
    try:
        found = releases.find(ours.database, cursor=cursor)
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    rows = [
        (moment(one.published_at), Cell(one.product), Cell(one.version, number=True), Cell(", ".join(one.fixes)),
         Cell(one.text))
        for one in found.releases
    ]  # fmt: skip
    heads = (_("Published"), _("Product"), _("Version"), _("Defects"), _("News"))
    forms = (_publishing(ours),) if caller.may("board_publish") else ()
    return list_page(
        request, caller, language, now, _("Releases"), Section(heads, rows, _("There is no release.")),
        following=found.next, forms=forms, step="publish", **shown,
    )  # fmt: skip


def _publishing(ours: Context) -> PageForm:
    known = defects.find(ours.database, defects.DefectFilter(status=_OPEN), limit=defects.MOST).defects
    fixes = tuple((one.id, f"{one.id} {one.title}") for one in known)
    chosen = Field("fixes[]", _("Defects that it corrects"), "several", required=False, options=fixes)
    fields = (
        Field("product", _("Product"), "line", help=_("as in the product catalogue")),
        Field("version", _("Version"), "line"),
        Field("line", _("For versions that begin with"), "line", required=False,
              help=_("Only tickets about those are freed; empty: all.")),
        *((chosen,) if fixes else ()),
        Field("text", _("Every client who waits for one of them reads this")),
    )  # fmt: skip
    return PageForm("publish", _("Publish a release"), _("Publish the release"), "/board/releases", fields)
