"""What an agreement says of how client and support reach one another: channels, updates, whom to turn to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from agreements.schema.parts import Cited, Rule, SeverityName, Slug, Title, Words
from agreements.schema.promises import fits
from domain.words import Level, Means


class Preferred(Cited):
    """How the client best reaches us; a ticket that came another way is told so with its confirmation."""

    channels: dict[SeverityName, tuple[Literal["portal", "email", "telephone"], ...]] = Field(
        min_length=1, description="by severity, the best ways", examples=[{"critical": ["telephone", "email"]}]
    )


class Calls(Cited):
    """Where each update is told the client by telephone as well: a task of ours, due with the update."""

    severities: tuple[SeverityName, ...] = Field(min_length=1)
    retry: Words = Field(description="when it is tried again where nobody answers", examples=["15 min"])
    tell: Literal["lead", "manager"] = Field("manager", description="who learns of a call that was not made in time")

    @field_validator("retry")
    @classmethod
    def _retry_fits(cls, words: str, info: ValidationInfo) -> str:
        return fits(words, info, repeats=True)


class UpdateWays(Cited):
    """By which means a progress report reaches the client, and where else it is shown."""

    by: tuple[Means, ...] = Field(min_length=1, description="means that carry an update; no other is taken")
    also: dict[SeverityName, tuple[Literal["portal"], ...]] = Field(
        {}, description="by severity, where every update is shown besides", examples=[{"critical": ["portal"]}]
    )
    calls: Calls | None = None


class Stays(Cited):
    """Who stays the client's contact, whoever works on the ticket: its mails say so, and replies go there."""

    level: Level


class OnDemand(Cited):
    """Who is told when a client who is not satisfied asks for somebody higher up."""

    tell: Literal["lead", "manager"]


class SubjectRule(Cited):
    """Whom to turn to for a subject."""

    title: Title
    role: Slug = Field(
        description="`account_manager` or `success_manager`: the person whom the contract names; "
        "otherwise the mailbox of that role"
    )
    role_title: Title


class ContactRules(Rule):
    """Every part is optional; what is left out is not promised."""

    preferred: Preferred | None = None
    updates: UpdateWays | None = None
    stays: Stays | None = None
    on_demand: OnDemand | None = None
    subjects: dict[Slug, SubjectRule] = Field({}, description="the escalation matrix: whom to turn to, by subject")
