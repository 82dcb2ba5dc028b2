"""What a contract can choose under an agreement: a programme (how much cover) and a region (hours, zone, languages)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from agreements import feasts, hours
from agreements.schema.parts import (
    CalendarName,
    Cited,
    Language,
    SeverityName,
    Title,
    Zone,
    one_of,
    places,
)
from agreements.schema.promises import CalendarRule


def _feast(name: str) -> str:
    return one_of(name, feasts.FEASTS, "day off known by name")


def _product(name: str) -> str:
    if not name.strip():
        raise ValueError("a product needs a name")
    return name


Feast = Annotated[str, AfterValidator(_feast)]
Product = Annotated[str, AfterValidator(_product)]


class ExtendedRule(Cited):
    """Cover beyond the local hours: what these severities promise on one calendar counts on longer hours instead."""

    severities: tuple[SeverityName, ...] = Field(min_length=1)
    instead_of: CalendarName = Field(description="the calendar of local hours whose place the extended hours take")
    hours: dict[str, str] = Field(min_length=1, description="by day", examples=[{"mon-fri": "00:00-24:00"}])
    suspended: tuple[Feast, ...] = Field(
        (), description="days off on which the extended cover rests, so that local hours hold"
    )
    products: tuple[Product, ...] = Field((), description="only for these products; left out: for all")
    language: Language | None = Field(None, description="the only language spoken while the local hours are over")

    @field_validator("hours")
    @classmethod
    def _can_be_read(cls, week: dict[str, str]) -> dict[str, str]:
        places(hours.problems(week))
        return week


class ProgrammeRule(Cited):
    """How much cover a client has subscribed to."""

    title: Title
    queue: int = Field(0, ge=0, le=99, description="place in the queue: 0 stands ahead of 1")
    success_manager: bool = Field(False, description="the contract names a success manager")
    extended: ExtendedRule | None = None


class RegionRule(Cited):
    """Where the client is served from."""

    title: Title
    zone: Zone
    languages: tuple[Language, ...] = Field(
        min_length=1, description="spoken here; somebody who asks for another is answered in the agreement's first"
    )
    calendars: dict[CalendarName, CalendarRule] = Field({}, description="calendars of this region's own, by name")


class Chosen(Cited):
    """What a contract has that names none."""

    name: str = Field(alias="is")


def chosen_among(chosen: Chosen | None, names: dict[str, object], what: str) -> Chosen | None:
    """Refuses a choice that the file does not offer."""
    if chosen is not None:
        try:
            one_of(chosen.name, names, what)
        except ValueError as error:
            places([(("is",), str(error))])
    return chosen
