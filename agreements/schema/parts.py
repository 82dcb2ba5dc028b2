"""The small parts of an agreement file: citations, names, references, and the checks each of them makes.

A reference (the calendar of a target, the severities of a step) is checked where it stands, against the names
that the file declares; these come in as the validation context, so that one pass reports every problem.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from domain.target import ALWAYS, GRAMMAR, parse


@dataclass
class Known:
    """Names that a file declares. `deadlines`: by clock, who promises it with a deadline."""

    calendars: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    severities: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    """Competence groups by level; a level without any has an empty list."""
    requests: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    """Items of the intake that are answered with yes or no."""
    deadlines: dict[str, list[str]] = field(default_factory=dict)


def known_to(info: ValidationInfo) -> Known:
    """The names in scope; a file validated without any has none, and each reference is refused."""
    return info.context if isinstance(info.context, Known) else Known()


def places(wrong: Iterable[tuple[tuple[str | int, ...], str]]) -> None:
    """Refuses with several problems, each at its own key below the value that is checked."""
    found = list(wrong)
    if found:
        raise PydanticCustomError("places", "{count} problems", {"count": len(found), "places": found})


def one_of(word: str, allowed: Iterable[str], what: str) -> str:
    """`word`, when it is allowed; else ValueError with close matches and the list."""
    names = list(allowed)
    if word in names:
        return word
    near = difflib.get_close_matches(word, names, n=2)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise ValueError(f'"{word}" is no {what}; {hint}allowed: {", ".join(names) or "none is declared"}')


class Rule(BaseModel):
    """Part of an agreement file: immutable, strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _clauses(given: Any) -> Any:
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, list | tuple):
        raise ValueError(f'"{given}" is no clause; write its id or section as text in quotes, or a list of them')
    return given


Clauses = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_clauses, json_schema_input_type=str | list[str]),
    Field(description="where the document promises this: an id or section, or a list of them"),
]


class Cited(Rule):
    """A rule that names its source. With both, the clause promises it, and `assumed` says what was added."""

    clause: Clauses = ()
    assumed: Literal[True] | str | None = Field(
        None,
        description="the document leaves this open: `true`, or better what was assumed and why",
        validate_default=True,
    )

    @field_validator("assumed", mode="before")
    @classmethod
    def _named_source(cls, assumed: Any, info: ValidationInfo) -> Any:
        if assumed is None and not info.data.get("clause", True):
            raise PydanticCustomError(
                "uncited",
                "cites nothing: add `clause:` with where the document promises it, or `assumed:` and why",
            )
        if assumed is not None and assumed is not True and not (isinstance(assumed, str) and assumed.strip()):
            raise PydanticCustomError("refused", "must be `true` or the reason as text")
        return assumed

    @property
    def reason(self) -> str | None:
        """What is assumed, as text; None when the document says it all."""
        return "assumed" if self.assumed is True else self.assumed


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", text):
        raise ValueError(f'"{text}" is no name; allowed are small letters, digits, and - or _ between them')
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        near = difflib.get_close_matches(name, available_timezones(), n=2)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(
            f'"{name}" is no time zone{hint} Allowed are the names of the IANA database, such as Europe/Paris'
        ) from None
    return name


def _day(text: Any) -> Any:
    if isinstance(text, date):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f'"{text}" is no date; write year-month-day, as in 2026-12-24')
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not in the calendar; write year-month-day, as in 2026-12-24') from None


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", text):
        raise ValueError(f'"{text}" is no language; write its two-letter code, as in fr or en')
    return text


def _title(names: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    languages = known_to(info).languages
    missing = [code for code in languages if not names.get(code, "").strip()]
    others = [code for code in names if languages and code not in languages]
    if missing:
        raise ValueError(f"has no name in {', '.join(missing)}; the agreement's languages are {', '.join(languages)}")
    if others:
        raise ValueError(f"names {', '.join(others)}, but the agreement's languages are {', '.join(languages)}")
    return names


def _calendar(name: str, info: ValidationInfo) -> str:
    return one_of(name, [*known_to(info).calendars, ALWAYS], "calendar of this agreement")


def _severity(name: str, info: ValidationInfo) -> str:
    return one_of(name, known_to(info).severities, "severity of this agreement")


def _words(words: str) -> str:
    parse(words, on=ALWAYS)
    return " ".join(words.split())


Slug = Annotated[str, AfterValidator(_slug)]
Zone = Annotated[str, AfterValidator(_zone), Field(description="IANA time zone", examples=["Europe/Paris"])]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Language = Annotated[str, AfterValidator(_language)]
Title = Annotated[
    dict[str, str], AfterValidator(_title), Field(description="the name as people read it, in each language")
]
CalendarName = Annotated[str, AfterValidator(_calendar)]
SeverityName = Annotated[str, AfterValidator(_severity)]
Words = Annotated[str, AfterValidator(_words), Field(description=f"how long: {GRAMMAR}")]
