"""The terms of one ticket: the agreement as it was when the ticket was opened (design decision 6).

An agreement file is compiled to this snapshot outside the workflow: public holidays are expanded, targets parsed,
the contract's choices made. The ticket carries it; the rules in this folder read nothing else.
"""

from __future__ import annotations

from typing import Literal

from domain.base import Model
from domain.calendar import Calendar
from domain.target import Target
from domain.words import Channel, ClockKind, Contact, Level, Party, ResolutionKind

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

    def target(self, kind: ClockKind, channel: Channel) -> Target | None:
        """The target of a clock for a ticket that came by `channel`."""
        if kind is ClockKind.response:
            return self.response_by.get(channel, self.response)
        return {ClockKind.update: self.update, ClockKind.resolution: self.resolution}.get(kind)


class LevelTerms(Model):
    """A level of support: its competence groups, its internal (OLA) target, the clocks that stop while it works."""

    title: Title
    groups: dict[str, Title] = {}
    internal: Target | None = None
    pauses: tuple[ClockKind, ...] = ()


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
    clause: tuple[str, ...] = ()


class ReopeningTerms(Model):
    """Until when a closed ticket can be reopened, and whether its clocks go on or start afresh."""

    within: Target
    clocks: Literal["continue", "afresh"] = "continue"


class Terms(Model):
    """Everything the rules need to know of an agreement for one ticket."""

    agreement: str
    revision: str
    zone: str
    languages: tuple[str, ...]
    calendars: dict[str, Calendar]
    severities: dict[str, SeverityTerms]
    """Most severe first."""
    default_severity: str
    levels: dict[Level, LevelTerms]
    ladder: tuple[LadderStep, ...] = ()
    waiting_pauses: tuple[ClockKind, ...] = ()
    first_response: tuple[Contact, ...] = (Contact.acknowledgement,)
    update_kept_by: tuple[Contact, ...] = (Contact.status_update,)
    resolutions: tuple[ResolutionKind, ...] = tuple(ResolutionKind)
    triage_provisional: bool = False
    """The client's severity counts only until a member of the team has set one (TF-06)."""
    consent: ConsentTerms
    reopening: ReopeningTerms

    def language(self, wanted: str) -> str:
        """The language we write in to somebody who asked for `wanted`."""
        return wanted if wanted in self.languages else self.languages[0]
