"""Hours that were bought and how they are used: packages, a picture, what was worked, statements to download."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from api.context import Now, Ours
from api.hours.doors import package_view, zone_of
from api.http.problems import invalid
from api.pages.language import PageLanguage
from api.pages.rendering import page
from api.pages.times import month_name
from api.portal.client import ThisClient
from api.portal.words import COVERS, WORKS
from domain.hours import left
from domain.telling import duration
from store import hour_entries, hours, tickets
from store.hour_entries import EntryFilter, EntryOrder

router = APIRouter(prefix="/portal/hours", include_in_schema=False)

AT_ONCE = 25
MONTHS = 24
"""Statements that are offered; older ones are at their addresses still."""


@router.get("", operation_id="portal_hours")
def show(
    client: ThisClient,
    ours: Ours,
    now: Now,
    request: Request,
    language: PageLanguage,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Packages in force first; an agreement without packages has what was worked, and who paid."""
    organisation = client.organisation.id
    packages = hours.packages(ours.database, organisation)
    try:
        worked = hour_entries.find(
            ours.database, EntryFilter(organisation=organisation), EntryOrder.began_at, cursor, AT_ONCE
        )
    except ValueError as error:
        raise invalid("/cursor", str(error), where="query") from None
    zone = zone_of(ours, organisation, now) if packages else client.zone
    begins = [*(one.bought_at for one in packages), *(entry.logged_at for entry in worked.entries)]
    views = [package_view(one, now) for one in packages]
    subjects = {one: row.subject for one in {entry.ticket for entry in worked.entries}
                if (row := tickets.get(ours.database, one)) is not None}  # fmt: skip
    return page(
        request,
        "portal/hours.html",
        language=language,
        now=now,
        zone=zone,
        client=client,
        sells=any(terms.hours for terms in client.terms.values()),
        packages=sorted(views, key=lambda one: (not one.in_force, -one.expires_at.timestamp())),
        left=left(packages, now) * 60,
        entries=worked.entries,
        subjects=subjects,
        following=f"?cursor={worked.next}" if worked.next else None,
        months=[(month, month_name(month, language)) for month in months(min(begins, default=now), now, zone)]
        if begins
        else [],
        covers=COVERS,
        works=WORKS,
        hours_of=lambda seconds: duration(seconds) if seconds else "0 h",
    )


def months(begin: datetime, end: datetime, zone: str) -> list[str]:
    """The months from `begin` to `end` in the zone, newest first: "2026-03"."""
    first, last = begin.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    numbers = [last.year * 12 + last.month - 1 - back for back in range(max(1, min(count, MONTHS)))]
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]
