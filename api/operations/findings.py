"""What an examination finds: a part, how it is, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from api.engine.vitals import Vitals
from api.pages.catalogue import say
from store.figures import Figures


class Severity(StrEnum):
    """`critical`: promises are not kept, or will not be within the hour. `warning`: somebody must look today.

    `unknown`: it could not be looked at, because something else is away.
    """

    well = "well"
    unknown = "unknown"
    warning = "warning"
    critical = "critical"


@dataclass(frozen=True)
class Said:
    """A sentence of the catalogues with what is filled in."""

    sentence: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def words(self, language: str) -> str:
        return say(language, self.sentence, **self.data)


@dataclass(frozen=True)
class Finding:
    """Something wrong: `code` is its entry in the guide and the runbook. `tickets`: the first of those it is about."""

    code: str
    severity: Severity
    meaning: Said
    tickets: tuple[str, ...] = ()
    detail: str = ""
    """The other side's own words, in no language of ours."""
    do: Said | None = None
    """What to do, where that is another thing than the guide says for the code."""
    command: str = ""
    """The same for the command to begin with."""


@dataclass(frozen=True)
class Seen:
    """A part: how it is in a few words, and what is wrong with it."""

    said: Said
    findings: tuple[Finding, ...] = ()
    unknown: bool = False
    """It could not be looked at."""
    behind: tuple[str, str] | None = None
    """The code of what is away and hides it, and what was said by it."""


@dataclass(frozen=True)
class Part:
    """`seconds`: how long the look took."""

    name: str
    seen: Seen
    seconds: float

    @property
    def severity(self) -> Severity:
        unknown = [Severity.unknown] if self.seen.unknown else []
        return worst((*unknown, *(one.severity for one in self.seen.findings)))


@dataclass(frozen=True)
class Report:
    """Every part, in a fixed order; the figures and the engine's vital signs where they could be had."""

    at: datetime
    parts: tuple[Part, ...]
    figures: Figures | None = None
    vitals: Vitals | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is critical first."""
        found = [one for part in self.parts for one in part.seen.findings]
        return tuple(sorted(found, key=lambda one: one.severity is not Severity.critical))

    @property
    def severity(self) -> Severity:
        return worst(part.severity for part in self.parts)


def worst(severities: Iterable[Severity]) -> Severity:
    """The worst of them; well without any."""
    order = list(Severity)
    return max(severities, key=order.index, default=Severity.well)
