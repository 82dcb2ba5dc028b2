"""CloudEvents 1.0 over HTTP: structured, binary, or a batch. What an alert is in them, a mapping says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_http
from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from api.monitoring.files import Monitor
from api.monitoring.senders.mapped import mapped
from api.monitoring.senders.shape import Unclear, Unreadable, parsed, several, unclear
from domain.episodes import Reported

BATCH = "application/cloudevents-batch+json"
EVENT = {
    "specversion": "1.0", "id": "7f1c", "source": "https://probe.example/lyon", "type": "example.alert.firing",
    "subject": "gate-4/temperature",
    "data": {"organisation": "ACME", "severity": "critical", "summary": "Gate 4: 81 degrees",
             "started_at": "2026-11-22T00:28:11Z"},
}  # fmt: skip


def read(body: bytes, headers: Mapping[str, str], monitor: Monitor, now: datetime) -> list[Reported | Unclear]:
    """The alerts of the event, or of each event of the batch."""
    sort = headers.get("content-type", "").partition(";")[0].strip().lower()
    if sort == BATCH:
        events = several(parsed(body), "the batch")
        return [one for raw in events for one in _structured(raw, monitor, now)]
    if any(name.startswith("ce-") for name in headers):
        carried = {name: value for name, value in headers.items() if name.startswith("ce-") or name == "content-type"}
        return mapped(_event(carried, body), monitor, now)
    return mapped(_event({"content-type": JSONFormat.CONTENT_TYPE}, body), monitor, now)


def _structured(raw: Any, monitor: Monitor, now: datetime) -> list[Reported | Unclear]:
    """One event of a batch: the others go through when it is none."""
    try:
        event = _event({"content-type": JSONFormat.CONTENT_TYPE}, json.dumps(raw).encode())
        return mapped(event, monitor, now)
    except Unreadable as error:
        return [unclear(raw, error, raw.get("id") if isinstance(raw, dict) else None)]


def _event(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """An event as plain data: its attributes, and `data` beside them."""
    if not isinstance(parsed(body or b"null"), dict) and not any(name.startswith("ce-") for name in headers):
        raise Unreadable("is no CloudEvent: the body must be a JSON object, or the attributes in headers (ce-type ...)")
    try:
        event: BaseCloudEvent = from_http(HTTPMessage(headers=headers, body=body), JSONFormat(), CloudEvent)
    except BaseCloudEventException as error:
        raise Unreadable(f"is no CloudEvent: {' '.join(str(error).split())}") from None
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Unreadable(f"is no CloudEvent: {error}") from None
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in event.get_attributes().items()
    }
    data = event.get_data()
    return {**plain, "data": data.decode(errors="replace") if isinstance(data, bytes) else data}
