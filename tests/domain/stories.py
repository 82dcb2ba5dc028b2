"""A ticket's story under a real agreement, driven by the rules alone: who does what when, and what time brings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from agreements import compile_terms, load, published
from domain import events as ev
from domain.clock import Clock
from domain.commands import Actor, Command, Open, Resolve, Step, Triage
from domain.decide import handle, open_ticket
from domain.elapse import elapse, next_due
from domain.events import Event, Fact
from domain.messages import Message, messages
from domain.record import Unrecorded
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import Channel, ClockKind, Role

CLIENT = Actor(role=Role.client, id="anna")
STAFF = Actor(role=Role.level1, id="bob")
CONSULTANT = Actor(role=Role.consultant, id="clara")
MANAGER = Actor(role=Role.manager, id="max")
MONITOR = Actor(role=Role.integrator, id="alertmanager")

PARIS = ZoneInfo("Europe/Paris")
F = TypeVar("F", bound=Fact)


def paris(wall: str) -> datetime:
    """An instant by the clock on the wall in Paris (and Zurich): "03-02 10:00" is Monday the 2nd of March 2026."""
    at = datetime.strptime(f"2026-{wall}", "%Y-%m-%d %H:%M").replace(tzinfo=PARIS)
    return at.astimezone(ZoneInfo("UTC"))


@cache
def agreement(name: str) -> Terms:
    """The terms of one of the four publishers for a ticket of 2026."""
    return compile_terms(load(published()[name]), opened=date(2026, 3, 2))


def with_cause(step: Step, state: Ticket) -> Step:
    """A resolution with some root cause, where the agreement asks for one and the story is not about it (TF-17)."""
    if not isinstance(step, Resolve) or state.terms.root_cause is None or step.cause is not None:
        return step
    return step.model_copy(update={"cause": "configuration", "cause_text": "A wrong setting."})


class Story:
    """Time passes from due instant to due instant (`until`), or in one jump after an outage (`outage`).

    `evaluated`: staff has taken the ticket and confirmed its severity at once, as OL Care demands before it answers.
    """

    def __init__(
        self, terms: Terms, at: str | datetime, by: Actor = CLIENT, *, evaluated: bool = False, **opening: Any
    ) -> None:
        self.now = _instant(at)
        self.events: list[Event] = []
        self.letters: list[Message] = []
        self._unrecorded = Unrecorded()
        self._state: Ticket | None = None
        fields: dict[str, Any] = {
            "ticket": "T1",
            "subject": "Nothing is printed",
            "description": "Since this morning.",
            "channel": Channel.portal,
            "organisation": "acme",
            "contract": "acme-1",
            "contact": "anna",
            "language": "en",
            "terms": terms,
            **opening,
        }
        self.follow(open_ticket(Open(**fields), by, self.now, "open"))
        if evaluated:
            severity = self.state.severity
            impact = next(iter(terms.severities[severity].impacts), None)
            self.do(self.now, STAFF, Triage(severity=severity, impact=impact, assignee="bob", reason="Looked at."))

    @property
    def state(self) -> Ticket:
        assert self._state is not None
        return self._state

    def follow(self, events: list[Event]) -> list[Event]:
        for event in events:
            self._state = self._unrecorded.follow(self._state, [event])
            self.events.append(event)
            self.letters += messages(self._state, event)
        return events

    def until(self, at: str | datetime, *, before: bool = False) -> Story:
        """Everything that falls due by then happens at its own instant (`before`: what is due then is still ahead)."""
        end = _instant(at)
        while (due := next_due(self.state)) is not None and (due < end or (due == end and not before)):
            self.now = max(due, self.now)
            self.follow(elapse(self.state, self.now))
        self.now = end
        return self

    def outage(self, at: str | datetime) -> list[Event]:
        """Nothing acts until then; returns what one look at that instant brings."""
        self.now = _instant(at)
        return self.follow(elapse(self.state, self.now))

    def do(self, at: str | datetime, by: Actor, step: Step) -> list[Event]:
        """One command; what falls due before it happens first. Returns the command's events and their consequences."""
        self.until(at, before=True)
        step = with_cause(step, self.state)
        command = Command(id=f"c{len(self.events)}", by=by, step=step)
        return self.follow(handle(self.state, command, self.now))

    def live(self, kind: str) -> Clock:
        clock = self.state.clock(ClockKind(kind))
        assert clock is not None, f"no live {kind} clock"
        return clock

    def due(self, kind: str) -> datetime | None:
        return self.live(kind).due

    def has(self, kind: str) -> bool:
        return self.state.clock(ClockKind(kind)) is not None

    def facts(self, kind: type[F]) -> list[F]:
        return [event.fact for event in self.events if isinstance(event.fact, kind)]

    def when(self, kind: type[F]) -> list[datetime]:
        return [event.at for event in self.events if isinstance(event.fact, kind)]

    def verdict(self, kind: str) -> ev.ClockEnded:
        """How the newest clock of that kind ended."""
        return next(fact for fact in reversed(self.facts(ev.ClockEnded)) if fact.clock.partition("-")[0] == kind)

    def told(self, who: str, template: str | None = None) -> list[Message]:
        """Letters to a recipient: "anna", "bob", "support", "lead" ..."""
        return [one for one in self.letters if one.to.id == who and template in (None, one.template)]

    def rung(self) -> list[tuple[str | None, int | None, datetime]]:
        """Steps of the ladder as they were told: who, share, when."""
        return [
            (event.fact.tell, event.fact.share, event.at)
            for event in self.events
            if isinstance(event.fact, ev.ManagerInvolved) and event.fact.clock not in (None, ClockKind.call)
        ]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def _instant(at: str | datetime) -> datetime:
    return paris(at) if isinstance(at, str) else at
