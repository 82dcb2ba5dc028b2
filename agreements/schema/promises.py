"""What an agreement promises and when it runs: calendars, severities with their targets, levels."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from agreements import feasts, hours
from agreements.schema.parts import CalendarName, Cited, Day, Rule, Slug, Title, Words, Zone, places
from domain.target import NO_DEADLINE, Unit, parse
from domain.words import Channel

StoppableClock = Literal["response", "update", "resolution", "internal"]
"""The clocks that a wait or a level can stop; the wait for consent has its own rules."""

DAY = 86_400


class Holidays(Rule):
    """Public holidays of a country, or of one of its regions."""

    country: str = Field(description="two-letter code, as in FR", examples=["FR", "CH"])
    region: str | None = Field(None, description="a region of it with holidays of its own, as in BE for Bern")

    @model_validator(mode="after")
    def _are_known(self) -> Holidays:
        wrong = feasts.problem(self.country, self.region)
        places([((wrong[0],), wrong[1])] if wrong else [])
        return self


def _holidays(value: Any) -> Any:
    if value == "none":
        return None
    return {"country": value} if isinstance(value, str) else value


class CalendarRule(Cited):
    """Opening hours by weekday, in local time; a day that is not mentioned is closed."""

    zone: Zone | None = Field(None, description="IANA time zone, where it is not the agreement's")
    hours: dict[str, str] = Field(
        description="opening hours by day or run of days", examples=[{"mon-fri": "09:00-12:30, 13:30-17:00"}]
    )
    holidays: Annotated[
        Holidays | None, BeforeValidator(_holidays, json_schema_input_type=Literal["none"] | str | Holidays)
    ] = Field(None, description="public holidays, closed all day: FR, {country: CH, region: BE}, or none")
    closed: tuple[Day, ...] = Field((), description="own closed dates")
    dates: dict[Day, str] = Field({}, description="dates with hours of their own, even on a public holiday")

    @field_validator("hours")
    @classmethod
    def _can_be_read(cls, week: dict[str, str]) -> dict[str, str]:
        places(hours.problems(week))
        if not week:
            raise ValueError('is never open; give at least one day its hours, as in mon-fri: "09:00-18:00"')
        return week

    @field_validator("dates")
    @classmethod
    def _dates_can_be_read(cls, dates: dict[Any, str], info: ValidationInfo) -> dict[Any, str]:
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        for day, words in dates.items():
            if day in info.data.get("closed", ()):
                wrong.append(((str(day),), "is among the closed dates too; keep one of the two"))
            try:
                hours.spans(words)
            except ValueError as error:
                wrong.append(((str(day),), str(error)))
        places(wrong)
        return dates


class Measured(Cited):
    """A target, and the calendars it is counted on and delivered in."""

    on: CalendarName | None = Field(
        None, description="calendar whose hours or business days count; without it time runs around the clock"
    )
    delivered: CalendarName | None = Field(
        None, description="calendar whose next opening it waits for, when it falls due outside"
    )


def fits(words: str, info: ValidationInfo, *, repeats: bool = False) -> str:
    """Refuses what only shows with `on` beside it: business days of no calendar, a deadline that is none."""
    if "on" not in info.data:
        return words
    target = parse(words, on=info.data["on"])
    if repeats and (target.amount is None or target.earliest is not None):
        raise ValueError(f'"{words}" is no interval; write one length of time, as in "90 min" or "2 business days"')
    if target.unit in NO_DEADLINE and (info.data["on"] or info.data.get("delivered")):
        raise ValueError(f'"{words}" has no deadline, so no calendar counts it; leave `on` and `delivered` out')
    return words


class Promise(Measured):
    """Something to be done within a time."""

    within: Words

    @field_validator("within")
    @classmethod
    def _within_fits(cls, words: str, info: ValidationInfo) -> str:
        return fits(words, info)


class Response(Promise):
    """The first response; a channel can have a time of its own, on the same calendar."""

    by: dict[Channel, Words] = Field({}, description="another time for a channel: {telephone: 2 h}")

    @field_validator("by")
    @classmethod
    def _each_fits(cls, by: dict[Channel, str], info: ValidationInfo) -> dict[Channel, str]:
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        for channel, words in by.items():
            try:
                fits(words, info)
            except ValueError as error:
                wrong.append(((channel.value,), str(error)))
        places(wrong)
        return by


class Update(Measured):
    """Progress reports, as long as the ticket is open."""

    every: Words
    warn: Words | None = Field(
        None,
        description="how long before it falls due staff is warned, in minutes or hours of the same calendar",
    )

    @field_validator("every")
    @classmethod
    def _every_fits(cls, words: str, info: ValidationInfo) -> str:
        return fits(words, info, repeats=True)

    @field_validator("warn")
    @classmethod
    def _warns_before(cls, words: str | None, info: ValidationInfo) -> str | None:
        if words is None:
            return None
        warning = parse(words, on="any")
        if warning.unit is not Unit.opening or warning.amount is None or warning.earliest is not None:
            raise ValueError(f'"{words}" warns at no time of day; write minutes or hours, as in "30 min"')
        every = parse(info.data["every"], on="any") if "every" in info.data else None
        if every and every.amount and warning.amount >= every.amount * (1 if every.unit is Unit.opening else DAY):
            raise ValueError(f'"{words}" is not before the next update, due every {info.data["every"]}; write less')
        return words


class Continuous(Cited):
    """Worked on without a break until it is solved: always assigned, its clocks stop only for the client.

    What a level or a wait for a defect stops for other severities runs on for this one.
    """


class SeverityRule(Cited):
    """What is promised for a severity. A clock that is left out is not promised, shown or reported."""

    title: Title
    response: Response | None = Field(None, description="the first response by a person")
    update: Update | None = Field(None, description="progress reports while the ticket is open")
    resolution: Promise | None = Field(None, description="a fix, or what else counts as one under `resolution`")
    continuous: Continuous | None = Field(None, description="left out: it may stand still between two levels")
    impacts: dict[Slug, Title] = Field({}, description="impacts that the client can state, which propose this severity")


class Pauses(Cited):
    """Clocks that stop, with a source of their own: each pause cites it."""

    clocks: tuple[StoppableClock, ...]


class Billable(Cited):
    """Work at a level is billed; the client learns why when its ticket is passed on there."""

    why: Title | None = Field(None, description="the reason as the client reads it; left out: staff gives it each time")


def _listed(given: Any, info: ValidationInfo) -> Any:
    if not isinstance(given, list | tuple):
        return given
    return {"clocks": given, "clause": info.data.get("clause", ()), "assumed": info.data.get("assumed")}


class LevelRule(Cited):
    """A level of support: its competence groups, its internal time, the clocks that stop while it works."""

    title: Title
    groups: dict[Slug, Title] = Field({}, description="competence groups")
    internal: Promise | None = Field(None, description="the time it gives itself (OLA); never told to the client")
    pauses: Annotated[
        Pauses | None, BeforeValidator(_listed, json_schema_input_type=tuple[StoppableClock, ...] | Pauses)
    ] = Field(None, description="clocks that stop while this level works; the list alone has the level's source")
    billable: Billable | None = Field(None, description="left out: work at this level is not billed")
    forecast: Literal["told"] | None = Field(
        None,
        description="`told`: passed on there, the client learns when a solution is expected, or that nobody can say",
    )

    @field_validator("pauses")
    @classmethod
    def _not_its_own(cls, pauses: Pauses | None, info: ValidationInfo) -> Pauses | None:
        if pauses and "internal" in pauses.clocks and info.data.get("internal"):
            raise PydanticCustomError(
                "refused",
                "stops its own `internal` clock, which would then never run; leave one of the two out",
            )
        return pauses
