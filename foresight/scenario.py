"""A scenario: what people do with a ticket and when, in business terms, and what is expected to come of it.

Data, like an agreement: an organisation keeps its scenarios beside its agreement, as tests of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from domain.words import Channel, ClockKind, ContactRole, Role, Status
from foresight.mapping import Part

WHO: dict[str, Role] = {
    "client": Role.client,
    "staff": Role.level1,
    "consultant": Role.consultant,
    "rnd": Role.rnd,
    "manager": Role.manager,
    "monitor": Role.integrator,
}
"""Who can act in a scenario, as its steps name them."""


class Filing(Part):
    """The ticket as it is filed. What is left out is what the agreement takes for it."""

    subject: str = "A simulated request"
    description: str = "From a scenario."
    channel: Channel = Channel.portal
    severity: str | int | None = None
    """By name, or by its place from the most severe (1) on."""
    impact: str | None = None
    kind: str | None = None
    language: str = "en"
    intake: dict[str, str | bool] = {}
    product: dict[str, Any] | None = None
    filer: ContactRole = ContactRole.key_user


class Contracted(Part):
    """What the client's contract chose, and whom it names."""

    programme: str | None = None
    region: str | None = None
    covers: tuple[str, ...] = ()
    accepted: bool = True
    registered: bool = True
    success_manager: str | None = "the-success-manager"


class Sold(Part):
    """An hour package: whole minutes, and from when to when it holds (wall clock, or an instant)."""

    minutes: int = Field(gt=0)
    bought: str
    expires: str


class Move(Part):
    """One step: when, who, what. The keys beside these are the step's own, as in the API.

    `at` is a wall clock ("2026-03-09 10:00") or relative to a promise ("10 min before response"); `after` counts from
    the step before ("2 business days"), on the calendar `on` where it is opening time. Without either: at once.
    """

    at: str | None = None
    after: str | None = None
    on: str | None = None
    who: Literal["client", "staff", "consultant", "rnd", "manager", "monitor"]
    step: str
    told: dict[str, Any] = {}
    refused: str | None = Field(None, description="the code of the refusal that is expected")

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, data: Any) -> Any:
        """`{after: 20 min, staff: acknowledge, means: call}`: the one who acts is the key, the step its value."""
        if not isinstance(data, dict) or "who" in data:
            return data
        named = [key for key in data if key in WHO]
        if len(named) != 1:
            found = " and ".join(named) or "nobody"
            raise ValueError(f"says that {found} acts; name exactly one of {', '.join(WHO)}, with the step")
        known = {key: data[key] for key in ("at", "after", "on", "refused") if key in data}
        told = {key: value for key, value in data.items() if key not in known and key not in WHO}
        return {**known, "who": named[0], "step": data[named[0]], "told": told}

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.at is not None and self.after is not None:
            raise ValueError("has both `at` and `after`; keep one")
        return self


class Expected(Part):
    """One line of `expect`: every key given must hold. `clock` with `number` (1 is its first) names a promise."""

    clock: ClockKind | None = None
    number: int = Field(1, ge=1)
    verdict: Literal["met", "missed", "cancelled", "running"] | None = None
    due: str | None = Field(None, description="wall clock in the agreement's zone, to the minute")
    late: str | None = Field(None, description='how late it was done: "2 h", "none"')
    met: int | None = Field(None, description="how many of this clock were kept")
    missed: int | None = Field(None, description="how many of this clock were not kept")
    message: str | None = Field(None, description="a message of this template is sent")
    to: str | None = None
    language: str | None = None
    at: str | None = Field(None, description="when it is sent: wall clock, to the minute")
    times: int | None = None
    status: Status | None = None
    level: str | None = None
    refused: int | None = Field(None, description="how many steps were refused")
    minutes: int | None = Field(None, description="minutes charged in all")


class Scenario(Part):
    """A whole scenario. `until` is a wall clock, or how long after the last step ("30 days")."""

    scenario: str = Field(min_length=1)
    agreement: str | None = Field(None, description="a published agreement's name, or a file beside the scenario")
    opened: str
    by: Literal["client", "staff", "consultant", "rnd", "manager", "monitor"] = "client"
    ticket: Filing = Filing()
    contract: Contracted = Contracted()
    hours: tuple[Sold, ...] = ()
    steps: tuple[Move, ...] = ()
    until: str = "7 days"
    expect: tuple[Expected, ...] = ()

    @property
    def opened_on(self) -> datetime:
        """The wall clock of `opened`, without a zone. ValueError when it is none."""
        return wall(self.opened)


def wall(text: str) -> datetime:
    """A wall clock as a scenario writes it: "2026-03-09 10:00". ValueError says what is allowed."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f'"{text}" is no time; write it like 2026-03-09 10:00') from None
