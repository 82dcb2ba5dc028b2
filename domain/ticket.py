"""The state of one ticket: what the rules know, carried by its workflow through every run."""

from __future__ import annotations

from domain.base import Instant, Model
from domain.clock import Clock
from domain.commands import Episode
from domain.terms import LevelTerms, SeverityTerms, Terms
from domain.words import Channel, ClockKind, Closing, Level, Party, ResolutionKind, Status


class Resolution(Model):
    """The proposal that consent was asked for."""

    kind: ResolutionKind
    text: str
    proposed_at: Instant
    consents: tuple[Party, ...] = ()
    reminders: int = 0
    remind_at: Instant | None = None


class Ticket(Model):
    """`sequence` numbers its events; `round` counts its lives (1, and one more per reopening)."""

    id: str
    subject: str
    channel: Channel
    organisation: str
    contract: str
    contact: str
    language: str
    terms: Terms
    opened_at: Instant
    severity: str
    sequence: int = 0
    round: int = 1
    status: Status = Status.new
    severity_asked: str | None = None
    provisional: bool = False
    level: Level = Level.support
    group: str | None = None
    at_level_since: Instant | None = None
    assignee: str | None = None
    answered: bool = False
    question: str | None = None
    suggestion: str | None = None
    resolution: Resolution | None = None
    closing: Closing | None = None
    closed_at: Instant | None = None
    reopen_until: Instant | None = None
    reopened_at: Instant | None = None
    episode: Episode | None = None
    clocks: tuple[Clock, ...] = ()

    @property
    def severity_terms(self) -> SeverityTerms:
        return self.terms.severities[self.severity]

    @property
    def level_terms(self) -> LevelTerms:
        return self.terms.levels[self.level]

    @property
    def active(self) -> bool:
        """Being worked on, or waiting for the client's information."""
        return self.status in (Status.new, Status.open, Status.waiting)

    def clock(self, kind: ClockKind) -> Clock | None:
        """The live clock of that kind."""
        return next((clock for clock in self.clocks if clock.kind is kind and clock.live), None)

    def clock_named(self, name: str) -> Clock:
        """The newest clock with that id."""
        return next(clock for clock in reversed(self.clocks) if clock.id == name)
