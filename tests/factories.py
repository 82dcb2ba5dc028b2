"""Terms, tickets and their recordings for tests: small, readable, driven by the pure rules only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain import commands as cmd
from domain.calendar import Calendar, always
from domain.commands import Actor, Command, Open, Step
from domain.decide import handle, open_ticket
from domain.elapse import elapse, next_due
from domain.events import Event
from domain.record import Recording, Unrecorded
from domain.target import parse
from domain.terms import ConsentTerms, LadderStep, LevelTerms, ReopeningTerms, SeverityTerms, Terms
from domain.ticket import Ticket
from domain.words import Channel, ClockKind, Level, Role

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""10:00 in Paris, an ordinary Monday in winter: opening hours, no clock change for four weeks."""

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ANNA = Actor(role=Role.client, id="anna")
BOB = Actor(role=Role.level1, id="bob")
CLARA = Actor(role=Role.consultant, id="clara")
MAX = Actor(role=Role.manager, id="max")

_OPEN_DAYS = ("mon", "tue", "wed", "thu", "fri")


def terms(**changes: Any) -> Terms:
    """An agreement with every kind of clock: two severities, three levels, a ladder on the resolution."""
    fields: dict[str, Any] = {
        "agreement": "trial",
        "revision": "1",
        "zone": "Europe/Paris",
        "languages": ("fr", "en"),
        "calendars": {
            "always": always("Europe/Paris"),
            "office": Calendar(
                name="office",
                zone="Europe/Paris",
                hours=dict.fromkeys(_OPEN_DAYS, (("09:00", "18:00"),)),
            ),
        },
        "default_severity": "low",
        "severities": {
            "critical": SeverityTerms(
                title={"fr": "Critique", "en": "Critical"},
                response=parse("60 min"),
                update=parse("90 min"),
                update_warning=parse("15 min"),
                resolution=parse("8 h"),
            ),
            "low": SeverityTerms(
                title={"fr": "Faible", "en": "Low"},
                response=parse("2 business days", on="office"),
                update=parse("24 h", delivered="office"),
                resolution=parse("14 to 28 days"),
            ),
        },
        "levels": {
            Level.support: LevelTerms(title={"en": "Support"}),
            Level.consulting: LevelTerms(
                title={"en": "Consulting"},
                groups={"logistics": {"en": "Logistics"}},
                internal=parse("2 h"),
                pauses=(ClockKind.resolution,),
            ),
            Level.rnd: LevelTerms(title={"en": "R&D"}),
        },
        "ladder": (
            LadderStep(share=50, of=ClockKind.resolution, tell="lead"),
            LadderStep(share=100, of=ClockKind.resolution, tell="manager"),
        ),
        "waiting_pauses": (ClockKind.resolution,),
        "consent": ConsentTerms(remind=parse("2 business days", on="office"), refusal="as_if_never_stopped"),
        "reopening": ReopeningTerms(within=parse("30 days")),
    }
    return Terms(**{**fields, **changes})


def opening(ticket: str = "T1", **changes: Any) -> Open:
    """The command that opens a critical ticket of Anna's by the portal."""
    fields: dict[str, Any] = {
        "ticket": ticket,
        "subject": "Labels are not printed",
        "description": "Since this morning no label leaves the printer of the outgoing goods.",
        "channel": Channel.portal,
        "organisation": "acme",
        "contract": "acme-1",
        "contact": "anna",
        "language": "fr",
        "severity": "critical",
        "terms": terms() if "terms" not in changes else None,
    }
    return Open(**{**fields, **changes})


class Life:
    """A ticket driven by the rules alone. `take()` is what its workflow would have recorded since the last time."""

    def __init__(self, ticket: str = "T1", *, at: datetime = MONDAY, by: Actor = ANNA, **changes: Any) -> None:
        self.events: list[Event] = []
        self.fence = 1_000_000
        self._unrecorded = Unrecorded()
        self.state: Ticket | None = None
        self._follow(open_ticket(opening(ticket, **changes), by, at, f"open-{ticket}"))
        self.now = at

    @property
    def ticket(self) -> Ticket:
        """The state as it now stands."""
        assert self.state is not None
        return self.state

    def do(self, by: Actor, step: Step, after: timedelta = MINUTE, *, cause: str | None = None) -> Life:
        """One command, `after` the last thing; what falls due before it happens at its instant."""
        self.wait(after, before=True)
        command = Command(id=cause or f"command-{len(self.events) + 1}", by=by, step=step)
        self._follow(handle(self.ticket, command, self.now))
        return self

    def wait(self, span: timedelta, *, before: bool = False) -> Life:
        """Lets time pass, each due thing happening when it is due."""
        until = self.now + span
        while (due := next_due(self.ticket)) is not None and (due < until or (due == until and not before)):
            self._follow(elapse(self.ticket, due))
        self.now = until
        return self

    def oversleep(self, until: datetime) -> Life:
        """An outage: nothing fires before `until`, and then everything that was due."""
        self._follow(elapse(self.ticket, until))
        self.now = until
        return self

    def take(self, fence: int | None = None) -> Recording:
        """What has happened since the last time, as one recording; the fence rises by itself."""
        self.fence = self.fence + 5 if fence is None else fence
        return self._unrecorded.take(self.ticket, self.fence)

    def _follow(self, events: list[Event]) -> None:
        self.events += events
        self.state = self._unrecorded.follow(self.state, events)


def a_whole_life(ticket: str = "T1", **changes: Any) -> list[Recording]:
    """Opened to archived through every kind of step, one recording a step."""
    life = Life(ticket, **changes)
    recordings = [life.take()]
    steps: list[tuple[Actor, Step, timedelta]] = [
        (BOB, cmd.Acknowledge(means="call", text="On it."), 30 * MINUTE),
        (BOB, cmd.Note(text="Printer spooler?"), MINUTE),
        (BOB, cmd.Ask(question="Since when?"), 20 * MINUTE),
        (ANNA, cmd.Comment(text="Since seven."), 4 * HOUR),
        (BOB, cmd.Escalate(level="consulting", group="logistics", reason="Label layout"), 10 * MINUTE),
        (CLARA, cmd.Escalate(level="support", reason="Layout is right"), 90 * MINUTE),
        (BOB, cmd.Resolve(kind="fix", text="Spooler restarted."), 20 * MINUTE),
        (ANNA, cmd.Refuse(reason="Still nothing."), 2 * DAY),
        (BOB, cmd.Triage(severity="low", reason="One printer of five"), MINUTE),
        (BOB, cmd.Resolve(kind="workaround", text="Use the second printer."), 5 * MINUTE),
        (ANNA, cmd.Consent(), HOUR),
        (ANNA, cmd.Reopen(reason="It is back."), DAY),
        (ANNA, cmd.Withdraw(reason="We bought a new one."), HOUR),
    ]
    for by, step, after in steps:
        life.do(by, step, after)
        recordings.append(life.take())
    life.wait(31 * DAY)
    return [*recordings, life.take()]
