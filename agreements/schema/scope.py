"""What an agreement covers: the kinds of request, what the intake asks for, what is excluded."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from agreements.schema.parts import Cited, Rule, SeverityName, Slug, Title, Words, known_to, one_of, places
from agreements.schema.promises import StoppableClock
from domain.target import Unit, parse
from domain.words import Cover, Level

_COVERS = {"included": "included", "deducted": "deducted", "billable": "billable", "not handled": "not_handled"}


def _cover(words: Any) -> Any:
    return _COVERS[one_of(str(words), _COVERS, "cover")]


def _group(name: str | None, level: Level | None, info: ValidationInfo) -> str | None:
    """Refuses a group that the level does not have; a level with groups needs one where work is handed over to it."""
    if name is not None and level is not None:
        one_of(name, known_to(info).groups.get(str(level), []), f"group of level {level}")
    return name


def _level(level: Level, info: ValidationInfo) -> Level:
    one_of(str(level), known_to(info).groups, "level of this agreement")
    return level


class Over(Rule):
    """Who does the work that needs more than the cap."""

    level: Level
    group: Slug | None = None

    @field_validator("level")
    @classmethod
    def _level_is_known(cls, level: Level, info: ValidationInfo) -> Level:
        return _level(level, info)

    @field_validator("group")
    @classmethod
    def _group_is_known(cls, group: str | None, info: ValidationInfo) -> str | None:
        return _group(group, info.data.get("level"), info)


class RequestRule(Cited):
    """A kind of request: where it is treated, who pays for it, how much work it may take."""

    title: Title
    cover: Annotated[
        Cover,
        BeforeValidator(_cover, json_schema_input_type=Literal["included", "deducted", "billable", "not handled"]),
    ] = Field(description="`deducted` from the hours bought, `billable` as time spent")
    level: Level = Field(Level.support, description="where it is treated once it is classified")
    group: Slug | None = Field(None, description="the competence group for it")
    needs_contract: Slug | None = Field(None, description="the cover of a contract that must be in force for it")
    needs: tuple[Slug, ...] = Field((), description="facts of the intake that must be true")
    at_most: Words | None = Field(None, description="work that it may take, as in 4 h; more is handed over")
    over: Over | None = Field(None, description="who does work that needs more")
    way: Title | None = Field(None, description="what stays open to the client where it is not treated")

    @field_validator("level")
    @classmethod
    def _level_is_known(cls, level: Level, info: ValidationInfo) -> Level:
        return _level(level, info)

    @field_validator("group")
    @classmethod
    def _group_is_known(cls, group: str | None, info: ValidationInfo) -> str | None:
        return _group(group, info.data.get("level"), info)

    @field_validator("needs")
    @classmethod
    def _are_facts(cls, needs: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for name in needs:
            one_of(name, known_to(info).facts, "fact of this agreement's intake")
        return needs

    @field_validator("at_most")
    @classmethod
    def _is_work(cls, words: str | None, info: ValidationInfo) -> str | None:
        if words is None:
            return None
        target = parse(words)
        if target.unit is not Unit.elapsed or target.earliest is not None or (target.amount or 0) % 60:
            raise ValueError(f'"{words}" is no amount of work; write minutes or hours, as in "4 h"')
        if info.data.get("cover") in (Cover.included, Cover.not_handled):
            raise ValueError(f"caps work that nobody pays for; leave it out, or make the cover {', '.join(_PAID)}")
        return words

    @field_validator("over")
    @classmethod
    def _leads_away(cls, over: Over | None, info: ValidationInfo) -> Over | None:
        here = (info.data.get("level"), info.data.get("group"))
        if over and "at_most" in info.data and info.data["at_most"] is None:
            raise ValueError("hands over work that no cap limits; add `at_most`, or leave it out")
        if over and (over.level, over.group) == here:
            raise ValueError("hands the work over to where it is done already; name another level or group")
        return over


_PAID = ("deducted", "billable")


class IntakeRule(Cited):
    """Something the client is asked for at intake; what is missing is asked at once."""

    title: Title = Field(description="what is asked for, as the client reads it")
    kind: Literal["text", "fact", "description", "impact", "product", "contact"] = Field(
        "text",
        description="`fact`: yes or no; the others are given by the ticket's own fields of that name",
    )
    requests: tuple[Slug, ...] = Field((), description="kinds of request that need it; left out: all")
    severities: tuple[SeverityName, ...] = Field((), description="severities that need it; left out: all")
    holds: tuple[StoppableClock, ...] = Field((), description="clocks that stand still while it is missing")
    before_work: bool = Field(False, description="no work begins while it is missing")
    refuses: bool = Field(False, description="answered no, the request is not treated")
    standing: bool = Field(False, description="given once for the organisation; the value is not kept")
    way: Title | None = Field(None, description="what stays open to the client whose request is not treated")

    @field_validator("standing")
    @classmethod
    def _no_secrets(cls, standing: bool, info: ValidationInfo) -> bool:
        if standing and info.data.get("kind") != "fact":
            raise ValueError(
                "what is given for good may be a secret, and is not to be kept: make it `kind: fact`, "
                "so that only whether it was given is known"
            )
        return standing

    @field_validator("requests")
    @classmethod
    def _are_kinds(cls, requests: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for name in requests:
            one_of(name, known_to(info).requests, "kind of request of this agreement")
        return requests

    @field_validator("refuses")
    @classmethod
    def _only_facts(cls, refuses: bool, info: ValidationInfo) -> bool:
        if refuses and info.data.get("kind") != "fact":
            raise ValueError("only a fact is answered yes or no; make it `kind: fact`, or leave `refuses` out")
        return refuses


class ExclusionRule(Cited):
    """What is not covered, and the way that stays open to the client."""

    title: Title
    way: Title | None = None


class DefaultRequest(Cited):
    """The kind of a request for which nobody named one."""

    kind: str = Field(alias="is")


def default_among(chosen: DefaultRequest | None, requests: dict[str, RequestRule]) -> DefaultRequest | None:
    """Refuses a default that is none of the kinds, or one that is not treated."""
    if chosen is None:
        return None
    try:
        one_of(chosen.kind, requests, "kind of request of this agreement")
        if requests[chosen.kind].cover is Cover.not_handled:
            raise ValueError(f'"{chosen.kind}" is not handled, so it can be nobody\'s default; name another')
    except ValueError as error:
        places([(("is",), str(error))])
    return chosen
