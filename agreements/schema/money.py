"""What an agreement says of hours and money: packages, how time is counted, quotes, the intervention report."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from agreements.schema.parts import Cited
from agreements.schema.promises import Promise, fits
from domain.words import Work

HOUR = 60


def _minutes(words: Any) -> Any:
    found = re.fullmatch(r"(\d{1,2}) ?min", words) if isinstance(words, str) else None
    if not found or not 1 <= int(found[1]) <= HOUR or HOUR % int(found[1]):
        raise ValueError(f'"{words}" divides no hour; write the minutes of a part of an hour, as in "15 min"')
    return int(found[1])


def _used(words: Any) -> Any:
    found = re.fullmatch(r"(\d{1,3}) ?%", words) if isinstance(words, str) else None
    if not found or not 1 <= int(found[1]) <= 100:
        raise ValueError(f'"{words}" is no share of a package; write a percentage from "1 %" to "100 %", as in "80 %"')
    return int(found[1])


class Packages(Cited):
    """The sizes in which hours are sold."""

    hours: tuple[Annotated[int, Field(ge=1, le=10_000)], ...] = Field(
        min_length=1, description="size of each, in hours"
    )

    @field_validator("hours")
    @classmethod
    def _each_once(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(sizes)) < len(sizes):
            raise ValueError("names a size twice; keep each once")
        return sizes


class Validity(Promise):
    """How long something stands; at its end it is over."""

    @field_validator("within")
    @classmethod
    def _ends(cls, words: str, info: ValidationInfo) -> str:
        return fits(words, info, repeats=True)


class Counted(Cited):
    """How the time of an intervention is rounded: each part of an hour that was started counts whole."""

    step: Annotated[int, BeforeValidator(_minutes, json_schema_input_type=str)] = Field(
        alias="by", description="the part of an hour that counts whole", examples=["15 min"]
    )


class Works(Cited):
    """What work counts; all of it on one and the same counter."""

    kinds: tuple[Work, ...] = Field(alias="on", min_length=1)


class Warned(Cited):
    """Client and team are told when a package is nearly used up."""

    share: Annotated[int, BeforeValidator(_used, json_schema_input_type=str)] = Field(
        alias="at", description="share of a package that is used up", examples=["80 %"]
    )


class HoursRule(Cited):
    """The hour counter: fed by packages, used by the kinds of request that are deducted."""

    packages: Packages
    valid: Validity = Field(description="how long a package can be used; the earliest to expire is used first")
    counted: Counted
    works: Works
    warned: Warned


class QuotesRule(Cited):
    """Estimates that the client can ask for, and accept before the work is done."""

    first: bool = Field(False, description="whether billed work begins only when a quote of it is accepted")
    valid: Validity = Field(description="how long a quote can be accepted")


class ReportRule(Cited):
    """The client receives a report of the time that was worked."""

    sent: Literal["with the resolution"]
