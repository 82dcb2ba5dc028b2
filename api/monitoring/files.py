"""A monitor's file: whose alerts it sends, in which format, how much they may do, how it proves who it is."""

from __future__ import annotations

import difflib
import re
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from api.monitoring.expressions import Expression
from domain.alerts import Bounds
from domain.commands import Name

Format = Literal["alertmanager", "grafana", "icinga2", "cloudevents", "json"]
SHORTEST = 16
"""Characters of a secret that signs."""

_UNITS = {"s": 1, "sec": 1, "min": 60, "h": 3_600, "day": 86_400, "days": 86_400}
_SPAN = re.compile(r"(\d+)\s*(s|sec|min|h|days?)")


class Part(BaseModel):
    """A part of the file: unknown keys are refused with those that are allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            for key in data:
                if key not in cls.model_fields:
                    near = difflib.get_close_matches(str(key), cls.model_fields, n=1)
                    hint = f"did you mean {near[0]}? " if near else ""
                    message = f'unknown key "{key}"; {hint}allowed: {", ".join(cls.model_fields)}'
                    raise PydanticCustomError("unknown_key", "{message}", {"message": message, "key": key})
        return data


def _span(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    found = _SPAN.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f'"{value}" is no span of time; write one like 30 s, 5 min, 1 h, 2 days')
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


Span = Annotated[timedelta, BeforeValidator(_span)]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=250)]


class Labels(Part):
    """Labels of the alerts that say whose they are, how bad it is, and which service of ours is down."""

    organisation: _Word = "client"
    severity: _Word = "severity"
    service: _Word = "service"


class Storm(Part):
    """A group of alerts opens or reopens at most so many tickets within that time; the last one lists the rest."""

    tickets: int = Field(ge=1, le=1_000)
    within: Span = Field(gt=timedelta(0), le=timedelta(days=7))


class Flapping(Part):
    """A ticket is told at most so often within that time that its alert fires again, and that it has ended."""

    words: int = Field(ge=1, le=100)
    within: Span = Field(gt=timedelta(0), le=timedelta(days=7))


class Signature(Part):
    """How a request without a key is proven: `standard` is Standard Webhooks, `grafana` Grafana's HMAC.

    `secrets` are names of files beside this one; any of them proves, so that a secret can be replaced.
    """

    scheme: Literal["standard", "grafana"]
    secrets: tuple[_Word, ...] = Field(min_length=1, max_length=5)
    header: _Word = "X-Grafana-Alerting-Signature"
    timestamp: _Word | None = None
    within: Span = Field(timedelta(minutes=5), gt=timedelta(0), le=timedelta(days=1))

    @field_validator("secrets")
    @classmethod
    def _beside(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if "/" in name or name.startswith("."):
                raise ValueError(f'"{name}" is not the name of a file beside this one')
        return names

    @model_validator(mode="after")
    def _own_words(self) -> Self:
        if self.scheme == "standard" and {"header", "timestamp", "within"} & self.model_fields_set:
            raise ValueError("Standard Webhooks has its own headers and five minutes; leave header, timestamp, within")
        return self


class Alert(Part):
    """What is read of each alert, as JMESPath. `fingerprint` may be several expressions, which together name it."""

    fingerprint: tuple[Expression, ...] = Field(min_length=1, max_length=10)
    firing: Expression
    resolved: Expression | None = None
    subject: Expression
    started_at: Expression | None = None
    ended_at: Expression | None = None
    organisation: Expression | None = None
    severity: Expression | None = None
    service: Expression | None = None
    description: Expression | None = None
    links: Expression | None = None
    labels: Expression | None = None

    @field_validator("fingerprint", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return value if isinstance(value, list | tuple) else (value,)


class Monitor(Part):
    """A whole file. `organisation`: whose alerts these are, whatever they say; `source` is named in their tickets."""

    monitor: Name
    format: Format
    organisation: Name | None = None
    source: Name = ""
    labels: Labels = Labels()
    severities: dict[_Word, _Word] = Field({}, max_length=100)
    group_by: tuple[_Word, ...] = Field(("severity",), max_length=10)
    storm: Storm | None = None
    flapping: Flapping | None = None
    signature: Signature | None = None
    alerts: Expression | None = None
    alert: Alert | None = None

    @field_validator("severities", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        return {str(key): word for key, word in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="before")
    @classmethod
    def _named_after(cls, data: Any) -> Any:
        return {"source": data.get("monitor"), **data} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _mapped(self) -> Self:
        if self.format == "json" and self.alert is None:
            raise ValueError("format json needs `alert`: where each alert's fingerprint, firing and subject are")
        if self.format not in ("json", "cloudevents") and (self.alert or self.alerts):
            raise ValueError(f"format {self.format} says itself where everything is; leave `alert` and `alerts` out")
        return self

    def bounds(self, default: Bounds) -> Bounds:
        """How much its alerts may do, where the file says it; the installation's bounds otherwise."""
        said: dict[str, Any] = {}
        if self.storm is not None:
            said |= {"tickets": self.storm.tickets, "within": self.storm.within}
        if self.flapping is not None:
            said |= {"words": self.flapping.words, "words_within": self.flapping.within}
        return default.model_copy(update=said)
