"""What an agreement says of a ticket's life: ladder, waiting, contacts that count, consent, reopening."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from agreements.schema.parts import CalendarName, Cited, Rule, SeverityName, Title, Words, known_to, one_of
from agreements.schema.promises import Promise, StoppableClock, fits
from domain.terms.contact import Evaluated
from domain.words import Contact, Party, ResolutionKind


class DefaultSeverity(Cited):
    """The severity of a ticket for which nobody named one."""

    severity: SeverityName = Field(alias="is")


def _share(words: Any) -> Any:
    found = re.fullmatch(r"(\d{1,3}) ?%", words) if isinstance(words, str) else None
    if not found or int(found[1]) == 0:
        raise ValueError(f'"{words}" is no share of a target; write a percentage from "1 %" to "999 %", as in "80 %"')
    return int(found[1])


class LadderRule(Cited):
    """Somebody higher up is told when a share of a target is used up; beyond 100 % it is late already."""

    share: Annotated[int, BeforeValidator(_share, json_schema_input_type=str)] = Field(
        alias="at", description="percentage of the target", examples=["80 %", "100 %"]
    )
    severities: tuple[SeverityName, ...] = Field((), description="only for these; left out: for all that promise it")
    of: StoppableClock = Field(description="the clock whose target is meant")
    tell: Literal["team", "lead", "manager"]

    @field_validator("of")
    @classmethod
    def _is_promised(cls, clock: str, info: ValidationInfo) -> str:
        with_deadline = known_to(info).deadlines.get(clock, [])
        if not with_deadline:
            raise ValueError(f"no {clock} is promised with a deadline, so this step would never come")
        if clock != "internal":
            without = [name for name in info.data.get("severities", ()) if name not in with_deadline]
            if without:
                names, others = ", ".join(without), ", ".join(with_deadline)
                raise ValueError(f"{names} has no {clock} with a deadline; allowed: {others}")
        return clock


class Waiting(Cited):
    """What stops while the client owes an answer."""

    pauses: tuple[StoppableClock, ...] = Field(description="clocks that stop; the others run on")


class FirstResponse(Cited):
    """Which contacts by a person count as the first response; an automatic message never does."""

    counts: tuple[Contact, ...] = Field(min_length=1)
    needs: tuple[Evaluated, ...] = Field((), description="what has to be set before it")


class Updates(Cited):
    """Which contacts by a person keep the promise of an update."""

    kept_by: tuple[Contact, ...] = Field(min_length=1)
    agreed: Literal["allowed"] | None = Field(
        None, description="`allowed`: another interval can be agreed with the client, ticket by ticket"
    )


class Resolution(Cited):
    """What a resolution can consist of."""

    kinds: tuple[ResolutionKind, ...] = Field(min_length=1)
    tracked: tuple[ResolutionKind, ...] = Field(
        (), description="commitments: they need a date, close the ticket, and are followed until they are kept"
    )
    advice: Title | None = Field(None, description="what the client is to do with a solution before applying it")

    @field_validator("tracked")
    @classmethod
    def _are_kinds(cls, tracked: tuple[ResolutionKind, ...], info: ValidationInfo) -> tuple[ResolutionKind, ...]:
        for kind in tracked:
            one_of(kind, info.data.get("kinds", ()), "kind of resolution of this agreement")
        return tracked


class Triage(Cited):
    """Whether the client's severity counts only until somebody of ours has set one."""

    provisional: bool
    announce: Literal["always", "optional"] = Field(
        "always", description="`optional`: staff may change a severity without telling the client"
    )


class Reminder(Rule):
    """An interval at which the client is asked again."""

    on: CalendarName | None = None
    every: Words

    @field_validator("every")
    @classmethod
    def _every_fits(cls, words: str, info: ValidationInfo) -> str:
        return fits(words, info, repeats=True)


class CloseAfter(Rule):
    """Silence closes the ticket after this time."""

    on: CalendarName | None = None
    close_after: Words

    @field_validator("close_after")
    @classmethod
    def _length_fits(cls, words: str, info: ValidationInfo) -> str:
        return fits(words, info, repeats=True)


def _silence(value: Any) -> Any:
    if value == "keep asking":
        return None
    if not isinstance(value, dict):
        raise ValueError(
            f'"{value}" is no answer to silence; allowed: keep asking, or '
            "{close_after: 5 business days, on: CALENDAR}"
        )
    return value


class Consent(Cited):
    """Whose agreement closes a ticket, and what happens without it. Silence is consent only if it says so."""

    of: tuple[Party, ...] = Field(alias="from", min_length=1, description="whose agreement is needed")
    by: Literal["anybody", "representatives"] = Field(
        "anybody", description="`representatives`: only the persons whom the contract names, where it names some"
    )
    remind: Reminder | None = Field(None, description="how often the client is asked again")
    silence: Annotated[
        CloseAfter | None,
        BeforeValidator(_silence, json_schema_input_type=Literal["keep asking"] | CloseAfter),
    ] = Field(description="`keep asking`, or after how long silence closes the ticket")
    refusal: Literal["resume", "as if never stopped"] = Field(
        description="after a refusal the clocks go on from where they stopped, or as if they never had"
    )


class Retention(Cited):
    """How long what people wrote is kept after closing; what was promised and kept stays in any case."""

    texts_for: Words = Field(description="`730 days`: whole days, at least one, from the closing on")

    @field_validator("texts_for")
    @classmethod
    def _days(cls, words: str) -> str:
        if re.fullmatch(r"[1-9][0-9]{0,4} days?", words) is None:
            raise ValueError(f'"{words}" is no time to keep texts for; write whole days, like 730 days')
        return words

    @property
    def days(self) -> int:
        """The same as a number."""
        return int(self.texts_for.split()[0])


class Reopening(Promise):
    """Until when a closed ticket can be reopened; its clocks go on, or start afresh."""

    clocks: Literal["continue", "afresh"]

    @field_validator("within")
    @classmethod
    def _ends(cls, words: str, info: ValidationInfo) -> str:
        return fits(words, info, repeats=True)
