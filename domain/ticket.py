"""The state of one ticket: what the rules know, carried by its workflow through every run."""

from __future__ import annotations

from domain.base import Instant, Model
from domain.clock import Clock
from domain.commands import Episode, Product
from domain.holdings import Awaited, Call, Commitment, Interruption, Quote, Resolution, TimeEntry
from domain.target import Target
from domain.terms import Extended, LevelTerms, RequestTerms, SeverityTerms, Terms
from domain.words import Channel, ClockKind, Closing, Level, Party, Status


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
    ahead: int = 0
    """Seconds before its due instant at which an update that nobody wrote goes out (domain.ahead)."""
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
    kind: str | None = None
    impact: str | None = None
    intake: dict[str, str | bool] = {}
    missing: tuple[str, ...] = ()
    """Items of the intake that the client has been asked for and still owes."""
    product: Product | None = None
    covers: tuple[str, ...] = ()
    accepted: bool = True
    representatives: dict[Party, str] = {}
    success_manager: str | None = None
    others: tuple[str, ...] = ()
    """Members of staff who work on it besides the assignee."""
    also: tuple[str, ...] = ()
    """Competence groups that are needed besides `group`."""
    forecast: Instant | None = None
    interval: Target | None = None
    """The update interval agreed for this ticket."""
    entries: tuple[TimeEntry, ...] = ()
    taken: dict[str, int] = {}
    """Minutes taken from each hour package."""
    hours_left: int | None = None
    """Minutes that the packages still held when the ticket last took some, or gave some back."""
    reported: int = 0
    """Number of the last entry in an intervention report."""
    quote: Quote | None = None
    ordered: int = 0
    """Minutes of all quotes that were accepted."""
    handed_over: bool = False
    awaited: Awaited | None = None
    defect: str | None = None
    """The defect that it is about, also once that is fixed."""
    release: str | None = None
    """The release that fixed it, whose installation can be asked for."""
    commitment: Commitment | None = None
    interruption: Interruption | None = None
    calls: int = 0
    """How many calls to the client have been called for; the newest has this number."""
    call: Call | None = None
    """The one that is still to be made."""
    clocks: tuple[Clock, ...] = ()

    @property
    def severity_terms(self) -> SeverityTerms:
        return self.terms.severity(self.severity, self.product.name if self.product else None)

    @property
    def continuous(self) -> bool:
        """Worked on without a break: always assigned, paused only for the client (OL-18)."""
        return self.severity in self.terms.contact.continuous

    def stops_at(self, level: Level) -> tuple[ClockKind, ...]:
        """Clocks that stand still while a level works on it; none for work that goes on without a break (OL-18)."""
        return () if self.continuous else self.terms.levels[level].pauses

    @property
    def stops_for_defect(self) -> tuple[ClockKind, ...]:
        """Clocks that stand still while it waits for a defect; none for work that goes on without a break."""
        return () if self.continuous else self.terms.defects.pauses

    @property
    def manager(self) -> str | None:
        """The success manager, where the programme includes one and the contract names somebody (OL-03)."""
        programme = self.terms.programme
        return self.success_manager if programme and programme.success_manager else None

    @property
    def extended_cover(self) -> Extended | None:
        """The extended cover that this ticket has as things stand; None where local hours hold (OL-02, OL-04)."""
        extended = self.terms.extended
        if extended is None or self.severity not in extended.severities:
            return None
        return extended if extended.holds_for(self.product.name if self.product else None) else None

    @property
    def request_terms(self) -> RequestTerms | None:
        """What the agreement says of its kind of request; None where it tells none apart."""
        return self.terms.requests.get(self.kind) if self.kind else None

    def promised(self, kind: ClockKind) -> Target | None:
        """The target of a clock for this ticket: its severity's, or the update interval that was agreed for it."""
        if kind is ClockKind.update and self.interval is not None:
            return self.interval
        return self.severity_terms.target(kind, self.channel)

    @property
    def level_terms(self) -> LevelTerms:
        return self.terms.levels[self.level]

    def representative(self, party: Party) -> str | None:
        """The one person who can agree for that side, where the agreement asks for named ones and there is one."""
        return self.representatives.get(party) if self.terms.consent.representatives else None

    @property
    def open_commitment(self) -> Commitment | None:
        """What closed the ticket and is still to be done; the ticket is not archived before it is."""
        return self.commitment if self.commitment is not None and self.commitment.kept_at is None else None

    @property
    def active(self) -> bool:
        """Being worked on, or waiting for the client's information."""
        return self.status in (Status.new, Status.open, Status.waiting)

    def clock(self, kind: ClockKind) -> Clock | None:
        """The live clock of that kind."""
        for clock in self.clocks:
            if clock.kind is kind and clock.verdict is None:
                return clock
        return None

    def clock_named(self, name: str) -> Clock:
        """The newest clock with that id."""
        for clock in reversed(self.clocks):
            if clock.id == name:
                return clock
        raise LookupError(f"ticket {self.id} has no clock {name}")
