"""What an agreement promises of the provider's own services: availability, maintenance, watching."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from agreements.schema.parts import Cited, SeverityName, Words
from domain.target import Unit, parse
from domain.words import Fault

SECONDS = {Unit.elapsed: 1, Unit.local_days: 86_400}


def seconds(words: str) -> int:
    """A plain length of time; ValueError for a range, business days, or a time without an end."""
    target = parse(words)
    if target.amount is None or target.earliest is not None or target.unit not in SECONDS:
        raise ValueError(f'"{words}" is no plain length of time; write hours or days, as in "3 h" or "30 days"')
    return target.amount * SECONDS[target.unit]


def _percent(words: Any) -> Any:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?) ?%", words) if isinstance(words, str) else None
    if not found or not 0 < Decimal(found[1]) <= 100:
        raise ValueError(f'"{words}" is no share of the time; write a percentage up to "100 %", as in "99.5 %"')
    return Decimal(found[1])


class Availability(Cited):
    """The services work at least so much of the time, over a time that rolls on."""

    at_least: Annotated[Decimal, BeforeValidator(_percent, json_schema_input_type=str)] = Field(examples=["99.5 %"])
    over: Words = Field(description="the time it is measured over, up to now", examples=["30 days"])
    not_counting: tuple[Fault, ...] = Field(
        (), description="whose fault is left out; `maintenance`: what was planned within its limit"
    )

    @field_validator("over")
    @classmethod
    def _plain(cls, words: str) -> str:
        seconds(words)
        return words

    @field_validator("not_counting")
    @classmethod
    def _own_fault_counts(cls, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
        if Fault.provider in faults:
            raise ValueError("leaves out the provider's own fault, so nothing would ever count; take `provider` out")
        return faults


class Maintenance(Cited):
    """Planned maintenance: how much of it in a month, and what of it needs no announcement beforehand."""

    at_most: Words = Field(examples=["3 h"])
    per: Literal["month"] = Field(description="a calendar month, in the agreement's zone")
    announce: Literal["email"] = Field(description="how every client is told beforehand")
    unannounced: tuple[Literal["critical_fixes"], ...] = Field(
        (), description="needs no announcement; the limit holds for it all the same"
    )

    @field_validator("at_most")
    @classmethod
    def _plain(cls, words: str) -> str:
        seconds(words)
        return words


class Monitoring(Cited):
    """Monitoring opens a ticket by itself when one of the services is down."""

    opens: Literal["service interruptions"]
    severity: SeverityName = Field(description="where the alert itself names none")
