"""Icinga 2, by its notification command (examples/icinga2): one notification, one JSON object.

A problem begins when the object was well for the last time, which Icinga keeps through every notification of the
problem and every change from WARNING to CRITICAL; what never was well has no such beginning. A recovery does not say
which problem it ends. Both then mean the one that has not ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema, field_validator

from api.monitoring.files import Monitor
from api.monitoring.senders.shape import Unclear, Unreadable, described, instant, members, report, unclear
from domain.episodes import Reported, fingerprint

SEVERITIES = {"CRITICAL": "critical", "DOWN": "critical", "UNREACHABLE": "critical", "WARNING": "warning"}
"""Icinga's states as the usual words; UNKNOWN is a warning: nobody knows, so somebody looks."""


_Seconds = Annotated[
    datetime, WithJsonSchema({"type": ["number", "string"], "description": "seconds since 1970, also as a text"})
]


class IcingaNotification(BaseModel):
    """What the notification script posts. Instants are seconds since 1970; 0 or empty: never."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "type": "PROBLEM", "host": "db1", "service": "disk", "state": "CRITICAL",
                    "output": "DISK CRITICAL - 95 % of / used", "last_ok": 1795717581, "last_hard_change": 1795717586,
                    "at": 1795717586, "organisation": "ACME", "address": "10.0.0.1",
                    "url": "https://icinga.example/icingaweb2/monitoring/service/show?host=db1&service=disk",
                }
            ]
        },
    )  # fmt: skip

    type: Literal["PROBLEM", "RECOVERY", "ACKNOWLEDGEMENT", "CUSTOM", "FLAPPINGSTART", "FLAPPINGEND", "DOWNTIMESTART",
                  "DOWNTIMEEND", "DOWNTIMEREMOVED"]  # fmt: skip
    host: str = Field(min_length=1, max_length=250)
    service: str = Field("", max_length=250)
    state: str = Field(min_length=1, max_length=50)
    output: str = ""
    last_ok: _Seconds | None = None
    last_hard_change: _Seconds | None = None
    at: _Seconds
    organisation: str = ""
    severity: str = ""
    our_service: str = ""
    address: str = ""
    author: str = ""
    comment: str = ""
    url: str = ""

    @field_validator("last_ok", "last_hard_change", "at", mode="before")
    @classmethod
    def _seconds(cls, value: Any) -> Any:
        if value in (None, "", 0, "0"):
            return None
        try:
            return instant(value)
        except Unreadable as error:
            raise ValueError(str(error)) from None


def read(body: bytes, headers: Mapping[str, str], monitor: Monitor, now: datetime) -> list[Reported | Unclear]:
    """The problem or recovery; other notifications are about people's doing and open nothing."""
    posted = members(body)
    try:
        said = IcingaNotification.model_validate(posted)
    except ValidationError as error:
        faults = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors(include_url=False)]
        raise Unreadable(f"is no notification of Icinga: {'; '.join(faults[:5])}") from None
    if said.type not in ("PROBLEM", "RECOVERY"):
        why = f"{said.type}: only PROBLEM and RECOVERY begin or end an episode"
        return [unclear(posted, why, said.host, kept=False)]
    firing = said.type == "PROBLEM"
    labels = {"host": said.host, "service": said.service, "state": said.state, "address": said.address}
    what = f"{said.host} {said.service}".strip()
    return [
        report(
            source=monitor.source,
            fingerprint=fingerprint(said.host, said.service),
            firing=firing,
            started_at=said.last_ok if firing else None,
            ended_at=None if firing else said.last_hard_change or said.at,
            organisation=said.organisation,
            severity=said.severity or SEVERITIES.get(said.state.upper(), "warning"),
            service=said.our_service,
            subject=f"{what}: {said.state}, {said.output.splitlines()[0]}" if said.output.strip() else what,
            description=described(
                [said.output, f"{said.author}: {said.comment}" if said.comment else ""],
                {name: value for name, value in labels.items() if value},
                [("source", said.url)],
            ),
            links=[said.url],
            labels={name: value for name, value in labels.items() if value},
        )
    ]
