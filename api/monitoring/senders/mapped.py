"""Any JSON, by the expressions of a monitor's file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from api.monitoring.expressions import Expression
from api.monitoring.files import Alert, Monitor
from api.monitoring.senders.shape import Unclear, Unreadable, instant, parsed, report, seen, several, unclear
from domain.episodes import Reported, fingerprint


def read(body: bytes, headers: Mapping[str, str], monitor: Monitor, now: datetime) -> list[Reported | Unclear]:
    """The alerts that the file finds in a body; the body itself is one where the file does not say where they are."""
    return mapped(parsed(body), monitor, now)


def mapped(posted: Any, monitor: Monitor, now: datetime) -> list[Reported | Unclear]:
    """The same of what was parsed."""
    assert monitor.alert is not None  # the file is checked for it
    if monitor.alerts is None:
        found = [posted]
    else:
        try:
            found = several(monitor.alerts.find(posted), f"`alerts` ({monitor.alerts.text})")
        except ValueError as error:
            raise Unreadable(str(error)) from None
    return [_one(raw, monitor, monitor.alert, now) for raw in found]


def _one(raw: Any, monitor: Monitor, where: Alert, now: datetime) -> Reported | Unclear:
    try:
        firing = _firing(raw, where)
        if firing is None:
            why = "it is neither firing nor resolved, as the file tells them apart"
            return unclear(raw, why, kept=False)
        names = [_text(expression, raw) for expression in where.fingerprint]
        if not all(names):
            missing = [one.text for one, name in zip(where.fingerprint, names, strict=True) if not name]
            raise Unreadable(f"it has no fingerprint: {', '.join(missing)} finds nothing")
        ended = _instant(where.ended_at, raw)
        return report(
            source=monitor.source,
            fingerprint=fingerprint(*[str(name) for name in names]),
            firing=firing,
            started_at=_instant(where.started_at, raw),
            ended_at=None if firing else ended or now,
            organisation=_text(where.organisation, raw),
            severity=_text(where.severity, raw),
            service=_text(where.service, raw),
            subject=_text(where.subject, raw),
            description=_text(where.description, raw),
            links=[str(link) for link in _list(where.links, raw)],
            labels=_labels(where.labels, raw),
        )
    except (ValueError, Unreadable) as error:
        return unclear(raw, error)


def _firing(raw: Any, where: Alert) -> bool | None:
    """Without `resolved`, what does not fire is resolved."""
    if where.firing.find(raw):
        return True
    return False if where.resolved is None or where.resolved.find(raw) else None


def _text(expression: Expression | None, raw: Any) -> str | None:
    found = expression.find(raw) if expression is not None else None
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, dict | list):
        return json.dumps(found, ensure_ascii=False)
    return str(found).lower() if isinstance(found, bool) else str(found)


def _instant(expression: Expression | None, raw: Any) -> datetime | None:
    found = expression.find(raw) if expression is not None else None
    if found in (None, ""):
        return None
    return instant(found)


def _list(expression: Expression | None, raw: Any) -> Iterable[Any]:
    found = expression.find(raw) if expression is not None else None
    return [one for one in (found if isinstance(found, list) else [found]) if one]


def _labels(expression: Expression | None, raw: Any) -> dict[str, str]:
    found = expression.find(raw) if expression is not None else None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Unreadable(f"`labels` must find an object, not {seen(found)}")
    plain = {name: value for name, value in found.items() if value is not None}
    return {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in plain.items()
    }
