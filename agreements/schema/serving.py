"""Who and what an agreement serves: contacts who may file, products and versions, languages, projects under way."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from agreements.schema.parts import Cited, Language, Rule, Slug, Title, known_to, one_of
from domain.words import ContactRole, Level, Stage


class Contracts(Cited):
    """The client needs a valid contract; with `covers`, contracts that together cover all of these."""

    covers: tuple[Slug, ...] = Field((), description="a contract that names no cover covers everything")
    way: Title | None = Field(None, description="what stays open to a client without one")


class Filers(Cited):
    """Contacts who may file; everybody else is referred to them."""

    roles: tuple[ContactRole, ...] = Field(min_length=1)
    where: Literal["always", "named"] = Field(
        "always", description="`named`: only where the organisation has named such contacts"
    )


class Versions(Cited):
    """Versions of a product that are supported."""

    recent: int | None = Field(None, ge=1, le=99, description="how many of the most recent; left out: all")
    stages: tuple[Stage, ...] = Field(tuple(Stage), min_length=1)
    end_of_life: Literal["served", "not served"] = "served"
    way: Title | None = Field(None, description="what stays open to a client with another version")


class Registered(Cited):
    """The product must be one that the client has registered."""


class Spoken(Cited):
    """Requests in these languages only; without it others are answered in the agreement's first."""

    only: tuple[Language, ...] = Field(min_length=1)


class BeforeAcceptance(Cited):
    """Where requests go until the implementation project is accepted."""

    level: Level
    group: Slug | None = None

    @field_validator("level")
    @classmethod
    def _level_is_known(cls, level: Level, info: ValidationInfo) -> Level:
        one_of(str(level), known_to(info).groups, "level of this agreement")
        return level

    @field_validator("group")
    @classmethod
    def _group_is_known(cls, group: str | None, info: ValidationInfo) -> str | None:
        if group is not None and "level" in info.data:
            level = str(info.data["level"])
            one_of(group, known_to(info).groups.get(level, []), f"group of level {level}")
        return group


class ServedRules(Rule):
    """Every part is optional; what is left out excludes nobody."""

    contract: Contracts | None = None
    contacts: Filers | None = None
    versions: Versions | None = None
    registered: Registered | None = None
    languages: Spoken | None = None
    before_acceptance: BeforeAcceptance | None = None
