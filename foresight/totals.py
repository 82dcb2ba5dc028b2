"""What a backtest adds up for one agreement, ticket by ticket, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from domain import events as ev
from domain.events import Event
from domain.messages import Message
from domain.words import STAFF, ClockKind
from foresight.carrying import Outcome
from foresight.judging import Judged
from foresight.simulator import Life
from foresight.spread import Spread

HOURS = 24
EVERY_SEVERITY = ""


@dataclass
class Line:
    """The promises of one kind and severity: how they ended, by how much they were missed, how long they stood."""

    endings: Counter[str] = field(default_factory=Counter)
    at_first: Counter[str] = field(default_factory=Counter)
    late: Spread = field(default_factory=Spread)
    late_at_first: Spread = field(default_factory=Spread)
    paused: int = 0
    stood: Spread = field(default_factory=Spread)

    @property
    def decided(self) -> int:
        """Those that were kept or not."""
        return self.endings["met"] + self.endings["missed"] + self.endings["open_late"]

    @property
    def missed_share(self) -> float | None:
        """The share of those decided that was not kept."""
        return (self.decided - self.endings["met"]) / self.decided if self.decided else None

    @property
    def missed_at_first_share(self) -> float | None:
        """The share that was not kept when the first one was proposed, of those where one was."""
        count = self.at_first.total()
        return self.at_first["missed"] / count if count else None

    def add(self, one: Judged) -> None:
        self.endings[one.ending] += 1
        if one.ending == "missed":
            self.late.add(one.late)
        if one.at_first is not None:
            self.at_first[one.at_first] += 1
            if one.at_first == "missed":
                self.late_at_first.add(one.late_at_first)
        if one.stood:
            self.paused += 1
            self.stood.add(one.stood)


@dataclass
class Totals:
    """One agreement's figures. `work`: what staff did, by local hour of the day and by level and group."""

    tickets: int = 0
    events: int = 0
    unserved: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    closings: Counter[str] = field(default_factory=Counter)
    lines: dict[tuple[ClockKind, str], Line] = field(default_factory=dict)
    functional: Counter[str] = field(default_factory=Counter)
    hierarchic: Counter[str] = field(default_factory=Counter)
    reopenings: int = 0
    refusals: int = 0
    automatic_updates: int = 0
    minutes: Counter[str] = field(default_factory=Counter)
    opened: list[int] = field(default_factory=lambda: [0] * HOURS)
    work: dict[str, list[int]] = field(default_factory=dict)
    refused_steps: Counter[str] = field(default_factory=Counter)
    supplied: Counter[str] = field(default_factory=Counter)
    """What the agreement wants and the log does not tell, so that it was put in; `named_ahead`: with a later name."""
    steps: int = 0
    zone: str = "UTC"
    """By whose wall clock hours are counted: the last ticket's agreement's."""
    messages: Counter[str] = field(default_factory=Counter)

    def add(self, life: Life, verdicts: Sequence[Judged], outcomes: Sequence[Outcome]) -> None:
        """Adds one ticket."""
        state = life.state
        self.tickets += 1
        self.events += len(life.events)
        self.statuses[str(state.status)] += 1
        for one in verdicts:
            for severity in (EVERY_SEVERITY, one.severity):
                self.lines.setdefault((one.clock, severity), Line()).add(one)
        self.zone = state.terms.zone
        zone = ZoneInfo(self.zone)
        self.opened[state.opened_at.astimezone(zone).hour] += 1
        place = "support"
        for event in life.events:
            place = self._count(event, zone, place)
        for entry in state.entries:
            self.minutes[str(entry.cover)] += entry.charged
        self.steps += len(outcomes)
        for outcome in outcomes:
            if outcome.code:
                self.refused_steps[outcome.code] += 1
            told = (("named_ahead", outcome.assigned), ("evaluated_first", outcome.evaluated))
            self.supplied.update([name for name, so in told if so])

    def told(self, message: Message) -> None:
        """Counts a message."""
        self.messages[message.template] += 1

    def _count(self, event: Event, zone: ZoneInfo, place: str) -> str:
        fact = event.fact
        if event.by.role in STAFF and not isinstance(fact, ev.ClockStarted | ev.ClockEnded | ev.ClockPaused):
            self.work.setdefault(place, [0] * HOURS)[event.at.astimezone(zone).hour] += 1
        if isinstance(fact, ev.Escalated):
            self.functional[f"{fact.before} to {fact.level}"] += 1
            return f"{fact.level}/{fact.group}" if fact.group else str(fact.level)
        if isinstance(fact, ev.ManagerInvolved):
            self.hierarchic[f"{fact.tell}, {f'{fact.share} % of {fact.clock}' if fact.clock else 'asked for'}"] += 1
        elif isinstance(fact, ev.TicketReopened):
            self.reopenings += 1
        elif isinstance(fact, ev.ResolutionRefused):
            self.refusals += 1
        elif isinstance(fact, ev.TicketClosed):
            self.closings[str(fact.closing)] += 1
        elif isinstance(fact, ev.StatusUpdated) and fact.automatic:
            self.automatic_updates += 1
        return place
