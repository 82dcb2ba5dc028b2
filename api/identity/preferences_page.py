"""What one wishes of our messages, on a page: by which ways, about what, and when not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from api.access.auth import Caller, Principal
from api.context import Context, Now, Ours
from api.http.problems import Problem
from api.outgoing.preferences import PreferencesBody, PreferencesView, read_mine, save_mine
from api.pages.catalogue import NAMES, say
from api.pages.catalogue import mark as _
from api.pages.language import PageLanguage
from api.pages.rendering import DEFAULT_ZONE, page
from api.pages.subjects import ALWAYS, SUBJECTS
from domain.messages.subjects import SUBJECTS as ABOUT
from domain.quiet import DAYS, QuietHours
from domain.words import STAFF, Subject

router = APIRouter(include_in_schema=False)
WAYS = {"mail": _("by e-mail"), "chat": _("by chat")}
WEEK = {
    "mon": _("Mon"), "tue": _("Tue"), "wed": _("Wed"), "thu": _("Thu"), "fri": _("Fri"), "sat": _("Sat"),
    "sun": _("Sun"),
}  # fmt: skip
PARTS = ("since", "until", "zone")
SPARE = 1
"""Empty rows of quiet hours that are offered beside those that stand."""
_ZONE = _("There is no such time zone. Give one such as Europe/Paris.")
_TIMES = _("Give both times, as in 19:00 and 08:00.")
_DAYS = _("Choose at least one day on which they begin.")
_UNCLEAR = _("This cannot be read. Check what you have typed.")


@router.get("/account/preferences", operation_id="preferences_page")
async def preferences_page(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage, saved: bool = False
) -> Response:
    """The wishes that stand."""
    return _page(request, caller, ours, now, language, shown=_stored(read_mine(caller, ours)), saved=saved)


@router.post("/account/preferences", operation_id="save_preferences_on_page")
async def save_preferences_on_page(
    request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage
) -> Response:
    """All wishes at once, as the API takes them; what cannot be is shown with what was typed."""
    posted = _posted(await request.form(), _about(caller))
    try:
        body = PreferencesBody.model_validate(_body(posted))
        await save_mine(body, caller, ours, now)
    except ValidationError as error:
        faults = [_in_words(one, language) for one in error.errors()]
        return _page(request, caller, ours, now, language, shown=posted, faults=list(dict.fromkeys(faults)), status=422)
    except Problem as refused:
        if refused.status != 422:
            raise
        return _page(request, caller, ours, now, language, shown=posted, faults=[refused.detail], status=422)
    return RedirectResponse("/account/preferences?saved=true", status_code=303)


def _page(
    request: Request,
    caller: Principal,
    ours: Context,
    now: datetime,
    language: str,
    *,
    shown: dict[str, Any],
    faults: list[str] | None = None,
    saved: bool = False,
    status: int = 200,
) -> Response:
    always: dict[str, list[str]] = {}
    for name in read_mine(caller, ours).always_by_mail:
        always.setdefault(ABOUT[name], []).append(say(language, ALWAYS[name]))
    return page(
        request,
        "identity/preferences.html",
        language=language,
        now=now,
        status=status,
        subjects=[(str(one), SUBJECTS[one]) for one in _about(caller)],
        ways=WAYS,
        always=always,
        week=WEEK,
        spare=SPARE,
        shown=shown,
        default_zone=DEFAULT_ZONE,
        zones=sorted(one for one in available_timezones() if "/" in one and not one.startswith("Etc/")),
        spoken={**NAMES, **({shown["language"]: shown["language"]} if shown["language"] not in NAMES else {})},
        faults=faults or [],
        saved=saved,
    )


def _about(caller: Principal) -> list[Subject]:
    """What this reader is ever written to about."""
    staff = caller.role in STAFF
    theirs = {subject for name, subject in ABOUT.items() if name.startswith("staff_") is staff}
    return [one for one in SUBJECTS if one in theirs]


def _stored(view: PreferencesView) -> dict[str, Any]:
    """The wishes as the form shows them: each subject with its ways."""
    ways = {str(subject): list(view.ways.get(subject, WAYS)) for subject in SUBJECTS}
    # Not dumped: what is left at its default, such as every day of the week, would be left out.
    quiet = [{part: getattr(one, part) for part in QuietHours.model_fields} for one in view.quiet]
    return {"ways": ways, "quiet": quiet, "language": view.language or "en"}


def _posted(form: FormData, about: Sequence[Subject]) -> dict[str, Any]:
    """The same, of what was posted. A row of quiet hours without any time is none."""
    ways = {str(subject): [way for way in WAYS if way in form.getlist(f"ways.{subject}")] for subject in about}
    quiet = []
    for number in sorted({name.split(".")[1] for name in form if name.startswith("quiet.") and name.count(".") == 2}):
        row: dict[str, Any] = {part: str(form.get(f"quiet.{number}.{part}", "")).strip() for part in PARTS}
        row["days"] = [day for day in DAYS if day in form.getlist(f"quiet.{number}.days")]
        if row["since"] or row["until"]:
            quiet.append(row)
    return {"ways": ways, "quiet": quiet, "language": str(form.get("language", "")).strip() or "en"}


def _body(posted: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from the default is said, so that a default of later holds for whoever left it alone."""
    ways = {subject: chosen for subject, chosen in posted["ways"].items() if chosen != list(WAYS)}
    return {"ways": ways, "quiet": posted["quiet"], "language": posted["language"]}


def _in_words(fault: Mapping[str, Any], language: str) -> str:
    place = {str(one) for one in fault["loc"]}
    if "zone" in place:
        return say(language, _ZONE)
    if place & {"since", "until"}:
        return say(language, _TIMES)
    return say(language, _DAYS if "quiet" in place else _UNCLEAR)
