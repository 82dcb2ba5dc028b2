"""Planned maintenance: windows, their limit in each calendar month, and what is told of them (TF-15). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import StringConstraints

from domain.base import Instant, Model
from domain.commands import Actor, Name, Text
from domain.errors import DomainError
from domain.terms.provider import MaintenanceTerms
from domain.words import Role

LONGEST = timedelta(days=31)
"""A window longer than that is a slip of the pen."""

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class PlanMaintenance(Model):
    """Plans a window. `force`, by a manager, is why it may pass the month's limit."""

    starts_at: Instant
    ends_at: Instant
    text: Text
    critical_fixes: bool = False
    force: Reason | None = None


class Window(Model):
    """A window as it was planned. `announced`: told to the clients beforehand. `forced`: why it passes the limit."""

    id: Name
    service: Name
    starts_at: Instant
    ends_at: Instant
    text: str
    critical_fixes: bool = False
    announced: bool = True
    forced: str | None = None
    planned_by: str
    planned_at: Instant
    cancelled_at: Instant | None = None
    cancelled_by: str | None = None
    cancelled_for: str | None = None

    @property
    def within_limit(self) -> bool:
        """Whether it is the planned maintenance that the agreement allows for."""
        return self.forced is None and self.cancelled_at is None


def plan(
    terms: MaintenanceTerms, windows: Iterable[Window], wanted: PlanMaintenance, by: Actor, window: str, service: str,
    now: datetime,
) -> Window:  # fmt: skip
    """The window, checked against those of the service that stand.

    DomainError: `window_not_possible`, `not_beforehand`, `windows_overlap`, `maintenance_limit`, `force_by_manager`.
    """
    if wanted.ends_at <= wanted.starts_at or wanted.ends_at - wanted.starts_at > LONGEST:
        raise DomainError("window_not_possible", "A window ends after it starts, and lasts 31 days at most.")
    lifted = wanted.critical_fixes and "critical_fixes" in terms.unannounced
    if wanted.starts_at <= now and not lifted:
        unless = ", unless it brings critical fixes" if "critical_fixes" in terms.unannounced else ""
        raise DomainError("not_beforehand", f"Maintenance is announced beforehand{unless}. Let it start later.")
    if wanted.force is not None and by.role is not Role.manager:
        raise DomainError("force_by_manager", "Only a manager can plan maintenance beyond the limit. Ask one.")
    standing = [one for one in windows if one.cancelled_at is None]
    for other in standing:
        if other.starts_at < wanted.ends_at and wanted.starts_at < other.ends_at:
            raise DomainError(
                "windows_overlap",
                f"The window {other.id} is planned from {other.starts_at.isoformat()} to {other.ends_at.isoformat()}. "
                "Cancel it first, or choose another time.",
            )
    beyond = _beyond(terms, standing, wanted)
    if beyond and wanted.force is None:
        raise DomainError("maintenance_limit", " ".join(beyond) + " Choose a shorter time, or have a manager force it.")
    return Window(
        id=window,
        service=service,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        text=wanted.text,
        critical_fixes=wanted.critical_fixes,
        announced=not lifted,
        forced=wanted.force if beyond else None,
        planned_by=by.id,
        planned_at=now,
    )


def cancel(window: Window, reason: str, by: Actor, now: datetime) -> Window:
    """The window as cancelled. DomainError: `already_cancelled`, `window_begun`."""
    if window.cancelled_at is not None:
        raise DomainError("already_cancelled", "The window is cancelled already.")
    if window.starts_at <= now:
        raise DomainError("window_begun", "The window has begun: what was done in it cannot be taken back.")
    return window.model_copy(update={"cancelled_at": now, "cancelled_by": by.id, "cancelled_for": reason})


def _beyond(terms: MaintenanceTerms, standing: list[Window], wanted: PlanMaintenance) -> list[str]:
    """A sentence for each month whose limit the wanted window would pass."""
    planned = used(terms, standing)
    wants = months(wanted.starts_at, wanted.ends_at, terms.zone)
    limit = timedelta(seconds=terms.at_most)
    told = []
    for month, span in wants.items():
        left = max(timedelta(), limit - planned.get(month, timedelta()))
        if span > left:
            told.append(
                f"In {month} {terms.at_most_words} are allowed and {_said(left)} left; this window takes {_said(span)}."
            )
    return told


def used(terms: MaintenanceTerms, windows: Iterable[Window]) -> dict[str, timedelta]:
    """What is planned in each month ("2031-03"); cancelled windows leave nothing behind."""
    found: dict[str, timedelta] = {}
    for window in windows:
        if window.cancelled_at is None:
            for month, span in months(window.starts_at, window.ends_at, terms.zone).items():
                found[month] = found.get(month, timedelta()) + span
    return found


def months(starts_at: datetime, ends_at: datetime, zone: str) -> dict[str, timedelta]:
    """How long the time from `starts_at` to `ends_at` lasts in each month of the zone, in real time."""
    found: dict[str, timedelta] = {}
    start = starts_at
    while start < ends_at:
        local = start.astimezone(ZoneInfo(zone))
        year, month = divmod(local.year * 12 + local.month, 12)
        following = datetime(year, month + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(start.tzinfo)
        end = min(following, ends_at)
        found[f"{local:%Y-%m}"] = end - start
        start = end
    return found


def _said(span: timedelta) -> str:
    hours, rest = divmod(int(span.total_seconds()), 3600)
    words = [f"{hours} h"] if hours else []
    minutes = -(-rest // 60)
    return " ".join([*words, *([f"{minutes} min"] if minutes or not words else [])])
