"""The manager's view: what is about to be missed, what was missed and why, who has how much to do, what was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.access.auth import Caller, Principal
from api.board.filtering import read_query
from api.board.rows import KINDS, LEVELS, severities
from api.board.showing import board_page
from api.board.tables import page_after
from api.context import Context, Now, Ours
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.language import PageLanguage
from api.portal.agreements import agreement_title
from api.reports.promises import Ahead, Chosen, LoadView, Period, end_of_day, report_due, report_load, report_promises
from domain.words import ClockKind, Level
from store import names

router = APIRouter(include_in_schema=False)
SHARES = 25
"""Clients and agreements whose share is shown at once; a desk has hundreds, and whoever missed most comes first."""
DAYS = {1: _("the last day"), 7: _("the last 7 days"), 30: _("the last 30 days"), 90: _("the last 90 days")}


class Looked(Period):
    """What the page's address asks for."""

    days: Annotated[int, Field(ge=1, le=366)] = 30
    ahead: Annotated[str, Field(pattern="^(soon|today)$")] = "soon"
    shares: Annotated[str, Field(pattern="^(most|all)$")] = "most"
    """Of the table of shares: whoever missed most, or everybody."""


@dataclass(frozen=True)
class Heap:
    """A bar of the picture: somebody's open tickets, of which some are late and others due today."""

    name: str
    address: str
    open: int
    due: int
    late: int

    @property
    def rest(self) -> int:
        return self.open - self.due


@router.get("/board/overview", operation_id="board_overview")
async def overview(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """The page; filters and period stand in the address."""
    looked = read_query(request, Looked)
    wanted = {name: getattr(looked, name) for name in Chosen.model_fields}
    until = end_of_day(now)
    minutes = max(1, int((until - now) / timedelta(minutes=1))) if looked.ahead == "today" else 120
    period = Period(**wanted, from_at=now - timedelta(days=looked.days), to_at=now, cursor=looked.cursor, limit=50)

    def read() -> dict[str, Any]:
        report = report_promises(period, caller, ours, now, request, Response())
        due = report_due(Ahead(**wanted, minutes=minutes), caller, ours, now)
        shares = report.shares[: SHARES if looked.shares == "most" else None]
        all_ = request.url.include_query_params(shares="all")
        agreements = {one.agreement for one in shares}
        return {
            "report": report,
            "shares": shares,
            "all_shares": f"{all_.path}?{all_.query}" if len(shares) < len(report.shares) else None,
            "due": due,
            "severities": severities(ours, {one.ticket for one in due.items}, language),
            "agreements": {name: agreement_title(ours, name, language) for name in agreements},
            "following": page_after(request, report.next),
            **_heaps(ours, report_load(caller, ours, now).items, language),
            **_names(ours, caller),
        }

    return board_page(
        request,
        "board/overview.html",
        caller=caller,
        language=language,
        now=now,
        looked=looked,
        narrowed=looked.cursor is None and looked.model_copy(update={"shares": "most"}) != Looked(),
        periods=DAYS,
        kinds=KINDS,
        promised=[ClockKind.response, ClockKind.update, ClockKind.resolution, ClockKind.internal],
        levels=LEVELS,
        kind_words={kind: say(language, words) for kind, words in KINDS.items()},
        level_words={level: say(language, words) for level, words in LEVELS.items()},
        **await run_in_threadpool(read),
    )


def _names(ours: Context, caller: Principal) -> dict[str, Any]:
    clients = names.of_clients(ours.database)
    return {
        "client_names": {one: name for one, name in clients.items() if caller.reaches(one)},
        "staff_names": names.of_desk(ours.database),
    }


def _heaps(ours: Context, items: Iterable[LoadView], language: str) -> dict[str, Any]:
    """The load by person and by level and group, whoever has most to do first."""
    called = names.of_staff(ours.database)
    people: dict[str | None, list[LoadView]] = {}
    groups: dict[tuple[str, str | None], list[LoadView]] = {}
    for one in items:
        people.setdefault(one.assignee, []).append(one)
        groups.setdefault((one.level, one.group), []).append(one)
    nobody = say(language, _("nobody"))
    by_person = [
        _heap(called.get(who, who) if who else nobody, f"/board?view=everything&assignee={who or '-'}", found)
        for who, found in people.items()
    ]
    by_group = [
        _heap(
            " · ".join(filter(None, (say(language, LEVELS[Level(level)]), group))),
            f"/board?view=everything&level={level}&group={group or '-'}",
            found,
        )
        for (level, group), found in groups.items()
    ]
    most = max((one.open for one in (*by_person, *by_group)), default=1)
    return {"people": sorted(by_person, key=_fullest), "groups": sorted(by_group, key=_fullest), "most": most}


def _heap(name: str, address: str, found: list[LoadView]) -> Heap:
    return Heap(name, address, *(sum(getattr(one, part) for one in found) for part in ("open", "due", "late")))


def _fullest(one: Heap) -> tuple[int, str]:
    return (-one.open, one.name)
