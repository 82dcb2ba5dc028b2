"""What an agreement says of R&D: waiting for a defect, releases, and the root cause of a problem."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from agreements.schema.parts import Cited, SeverityName, Slug, known_to, one_of
from agreements.schema.promises import StoppableClock
from domain.words import Cause


class Defects(Cited):
    """What happens while a ticket waits for a defect at R&D, and when the release comes that fixes it."""

    pauses: tuple[StoppableClock, ...] = Field((), description="clocks that stop until then; the others run on")
    installation: Slug | None = Field(
        None, description="the kind of request by which the client can have the release installed"
    )
    workaround: tuple[SeverityName, ...] = Field(
        (), description="severities for which the client is offered a workaround, or told that there is none"
    )

    @field_validator("installation")
    @classmethod
    def _is_a_kind(cls, kind: str | None, info: ValidationInfo) -> str | None:
        return None if kind is None else one_of(kind, known_to(info).requests, "kind of request of this agreement")


class RootCause(Cited):
    """A resolution names the root cause, and says what was found."""

    with_defect: tuple[Cause, ...] = Field((), description="causes that need a bug report: a linked defect")
