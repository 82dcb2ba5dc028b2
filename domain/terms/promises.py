"""What is promised: by severity, by level, by the ladder, for consent and for reopening."""

from __future__ import annotations

from typing import Literal

from domain.base import Model
from domain.target import Target
from domain.words import Channel, ClockKind, Party

Title = dict[str, str]
"""A name as people read it, by language: `{"fr": "Impact critique", "en": "Critical impact"}`."""


class SeverityTerms(Model):
    """What is promised for a severity; a clock without a target is not promised, shown or reported."""

    title: Title
    response: Target | None = None
    response_by: dict[Channel, Target] = {}
    update: Target | None = None
    update_warning: Target | None = None
    resolution: Target | None = None
    impacts: dict[str, Title] = {}
    """Stated impacts that propose this severity (OL-23, TF-18)."""

    def target(self, kind: ClockKind, channel: Channel) -> Target | None:
        """The target of a clock for a ticket that came by `channel`."""
        if kind is ClockKind.update:
            return self.update
        if kind is ClockKind.resolution:
            return self.resolution
        return self.response_by.get(channel, self.response) if kind is ClockKind.response else None


class LevelTerms(Model):
    """A level of support: its competence groups, its internal (OLA) target, the clocks that stop while it works."""

    title: Title
    groups: dict[str, Title] = {}
    internal: Target | None = None
    pauses: tuple[ClockKind, ...] = ()
    pauses_clause: tuple[str, ...] = ()
    billable: Title = {}
    """Why work at this level is billed, as the client reads it; empty where the agreement has no words (PC-06)."""
    billed: bool = False
    forecast: bool = False
    """The client is told when a solution is expected, or that nobody can say (PC-04)."""


class LadderStep(Model):
    """Hierarchic escalation at a share of a target; `share` is in percent and may pass 100."""

    share: int
    of: ClockKind
    tell: str
    severities: tuple[str, ...] = ()
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class ConsentTerms(Model):
    """Whose consent closes a ticket, when it is asked again, and what silence means.

    `silence` absent: keep asking. `refusal`: whether the wait for consent counts (`as_if_never_stopped`) or not.
    """

    of: tuple[Party, ...] = (Party.client,)
    remind: Target | None = None
    silence: Target | None = None
    refusal: Literal["resume", "as_if_never_stopped"] = "resume"
    representatives: bool = False
    """Only the persons whom the contract names can give it, where it names some (TF-11)."""
    clause: tuple[str, ...] = ()


class ReopeningTerms(Model):
    """Until when a closed ticket can be reopened, and whether its clocks go on or start afresh."""

    within: Target
    clocks: Literal["continue", "afresh"] = "continue"
    clause: tuple[str, ...] = ()
