"""A mapping: data that says how the rows of a recorded log become commands. A new log needs no code.

Every rule whose conditions hold gives its commands, in the order of the file, and sees what the rules before it
did. What a log does not hold (texts, consent, how the client was reached) stands under `supplied`.
"""

from __future__ import annotations

import difflib
import re
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import re2
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from domain.words import Cause, Channel, Level, Means, ResolutionKind
from foresight.words import OPTIONS, TEXTLESS, Stage, Tracked, Word


class Part(BaseModel):
    """A part of a mapping: unknown keys are refused with the keys that are allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            allowed = [field.alias or name for name, field in cls.model_fields.items()]
            for key in data:
                if key not in allowed and key not in cls.model_fields:
                    message = f'unknown key "{key}"; {near(key, allowed)}allowed: {", ".join(allowed)}'
                    raise PydanticCustomError("unknown_key", "{message}", {"message": message, "key": key})
        return data


_QUIET = re2.Options()
_QUIET.log_errors = False


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode() if isinstance(said, bytes) else str(said)


def near(word: object, allowed: list[str]) -> str:
    """ "did you mean ...? " where something allowed is written much like it, or nothing."""
    alike = difflib.get_close_matches(str(word), allowed, n=2)
    return f"did you mean {' or '.join(alike)}? " if alike else ""


def _several(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


def _regular(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == "/":
        try:
            re2.compile(value[1:-1], _QUIET)
        except re2.error as error:
            raise ValueError(f"{value} is no regular expression of RE2's syntax: {_said(error)}") from None
    return value


Matcher = Annotated[
    tuple[Annotated[str, BeforeValidator(lambda value: str(value)), Field(min_length=1)], ...],
    BeforeValidator(_several),
]
"""A value, a list of values, or /a regular expression/ found anywhere in the value."""


class Column(Part):
    """A column and, where its values are the log's own words, what they mean. `otherwise` is for every other value."""

    source: str = Field(alias="from")
    values: dict[str, str | int] = {}
    otherwise: str | int | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, data: Any) -> Any:
        return {"from": data} if isinstance(data, str) else data

    def read(self, value: str) -> str | int:
        """What a value of the column means. ValueError when the mapping does not say."""
        if not self.values:
            return value or (self.otherwise if self.otherwise is not None else "")
        found = self.values.get(value, self.otherwise)
        if found is None:
            raise ValueError(f'column {self.source}: "{value}" is none of {", ".join(self.values)}')
        return found


class Columns(Part):
    """Where the log keeps what. `activity` names what a row is about: a column, or a text with columns in braces.

    `at` is read as ISO 8601 or by `format` (as in strptime: `%d/%m/%Y %H:%M`); without offset, in `zone`.
    """

    ticket: str
    at: str
    format: str | None = None
    zone: str | None = None
    activity: str
    agent: Column | None = None
    level: Column | None = None
    group: Column | None = None
    severity: Column | None = None
    final: tuple[str, ...] = ()
    """Columns in which an export repeats a ticket's final value on each row: read on its last row only."""
    planned: tuple[str, ...] = ()
    """Columns with instants that lie ahead of their row and were known then: an appointment, a promised date."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (OSError, ValueError, KeyError):  # a name that no zone has is a KeyError
                raise ValueError(f'"{zone}" is no time zone; write one like Europe/Paris') from None
        return zone

    @field_validator("level")
    @classmethod
    def _levels(cls, column: Column | None) -> Column | None:
        for value in (*column.values.values(), *filter(None, [column.otherwise])) if column else ():
            if value not in set(Level):
                raise ValueError(f'"{value}" is no level; allowed: {", ".join(Level)}')
        return column

    @field_validator("severity")
    @classmethod
    def _ranks(cls, column: Column | None) -> Column | None:
        for value in column.values.values() if column else ():
            if isinstance(value, int) and value < 1:
                raise ValueError("a severity is a name, or its place from 1 (the most severe) on")
        return column

    @cached_property
    def carried(self) -> dict[Tracked, Column]:
        """The columns whose values are followed from row to row."""
        found = {name: getattr(self, name) for name in Tracked}
        return {name: column for name, column in found.items() if column is not None}


class Supplied(Part):
    """What the log does not hold. Texts may name columns in braces; the report says that these were supplied."""

    subject: str
    description: str
    channel: Channel = Channel.portal
    organisation: str = "recorded"
    contact: str = "client"
    language: str | None = None
    means: Means = Means.email
    resolution: ResolutionKind = ResolutionKind.fix
    cause: Cause = Cause.unknown
    """The root cause of what was resolved, where the agreement asks for it (TF-17)."""
    cause_text: str = "The log does not say."
    texts: dict[Word, str] = {}


class When(Part):
    """Conditions; all of those that are written must hold. `stage` and `level`: where the ticket stands by then."""

    activity: Matcher | None = None
    columns: dict[str, Matcher] = {}
    stage: Annotated[tuple[Stage, ...], BeforeValidator(_several)] | None = None
    level: Annotated[tuple[Level, ...], BeforeValidator(_several)] | None = None
    acknowledged: bool | None = None
    changed: Annotated[tuple[Tracked, ...], BeforeValidator(_several)] | None = None
    first: bool | None = None

    @field_validator("activity", "columns")
    @classmethod
    def _expressions(cls, value: Any) -> Any:
        for words in value.values() if isinstance(value, dict) else [value or ()]:
            for word in words:
                _regular(word)
        return value


class Do(Part):
    """One command, and what it is told beside its name."""

    command: Word
    text: str | None = None
    level: Level | None = None
    group: str | None = None
    severity: str | int | None = None
    kind: ResolutionKind | None = None
    means: Means | None = None
    by: Literal["client", "staff"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"command": data}
        if isinstance(data, dict) and len(data) == 1 and "command" not in data:
            ((command, told),) = data.items()
            return {"command": command, **told} if isinstance(told, dict) else data
        return data

    @model_validator(mode="after")
    def _only_its_options(self) -> Self:
        for name in sorted(self.model_fields_set - {"command"} - OPTIONS[self.command]):
            allowed = ", ".join(sorted(OPTIONS[self.command])) or "nothing beside its name"
            raise ValueError(f"{self.command} takes no `{name}`; it takes {allowed}")
        return self


class Rule(Part):
    """`do` when every condition of `when` holds and not every one of `unless`; `stop` ends the row there."""

    when: When = When()
    unless: When | None = None
    do: Annotated[tuple[Do, ...], BeforeValidator(_several), Field(min_length=1)]
    stop: bool = False


class Mapping(Part):
    """A whole mapping. `otherwise` is for a row that no rule gave a command: an internal note, or nothing (counted)."""

    log: str
    columns: Columns
    supplied: Supplied
    rules: tuple[Rule, ...] = Field(min_length=1)
    otherwise: Literal["note", "ignore"] = "note"

    @model_validator(mode="after")
    def _every_text(self) -> Self:
        for place, rule in enumerate(self.rules):
            for do in rule.do:
                if do.command not in TEXTLESS and do.text is None and do.command not in self.supplied.texts:
                    raise ValueError(
                        f"rules[{place}] says {do.command}, and there is no text for it: write "
                        f"supplied.texts.{do.command}, or `{do.command}: {{text: ...}}` in the rule"
                    )
                if do.command is Word.triage and do.severity is None and self.columns.severity is None:
                    raise ValueError(f"rules[{place}] says triage: name columns.severity, or the severity in the rule")
                if do.command is Word.escalate and do.level is None and self.columns.level is None:
                    raise ValueError(f"rules[{place}] says escalate: name columns.level, or the level in the rule")
        if self.otherwise == "note" and Word.note not in self.supplied.texts:
            raise ValueError("`otherwise: note` needs a text: write supplied.texts.note, or `otherwise: ignore`")
        return self

    @cached_property
    def named(self) -> set[str]:
        """Every column that the mapping names, braces included: what the log must have."""
        columns, supplied = self.columns, self.supplied
        texts = [supplied.subject, supplied.description, supplied.organisation, supplied.contact]
        texts += [*supplied.texts.values(), *(do.text or "" for rule in self.rules for do in rule.do)]
        named = {name for text in texts for name in fields_of(text)} - {"activity"}
        named |= {columns.ticket, columns.at, *(column.source for column in columns.carried.values())}
        named |= set(fields_of(columns.activity)) or {columns.activity}
        named |= {*columns.final, *columns.planned}
        for rule in self.rules:
            named |= {*rule.when.columns, *(rule.unless.columns if rule.unless else ())}
        return named


def fields_of(text: str) -> list[str]:
    """The columns named in braces."""
    return re.findall(r"\{([^{}]+)\}", text)


@lru_cache(maxsize=1_000)
def _compiled(expression: str) -> Any:
    # Not Python's own: there, (a+)+$ over thirty letters takes minutes. RE2 takes time by the length of the value only.
    return re2.compile(expression, _QUIET)


@lru_cache(maxsize=50_000)  # a log repeats its words on nearly every row
def matches(matcher: tuple[str, ...], value: str) -> bool:
    """Whether a value is one of those, or one of their /expressions/ is found in it."""
    return any(_fits(word, value) for word in matcher)


def _fits(word: str, value: str) -> bool:
    if len(word) > 1 and word[0] == word[-1] == "/":
        return _compiled(word[1:-1]).search(value) is not None
    return word == value
