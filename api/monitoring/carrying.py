"""Carrying out what was decided for an episode, under ids that follow from the episode: done again, it is the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi.concurrency import run_in_threadpool

from api.access.auth import Principal
from api.context import Context
from api.engine.tickets import EngineAway, NoRun
from api.http.idempotency import command_id, ticket_id
from api.intake.opening import begin, prepare
from api.monitoring import phrases
from api.monitoring.belonging import Belongs, interruption
from api.monitoring.files import Monitor
from api.shapes import OpenTicket
from api.tickets.told_before import told_before
from domain.alerts import Outcome, Place
from domain.commands import AlertCleared, AlertFired, Command, Comment, Episode, Step
from domain.episodes import Posted, Reported
from domain.errors import DomainError
from domain.words import Channel
from store import episodes, tickets
from store.endings import Ending
from store.episodes import Placed
from workflows.protocol import Receipt

RANKS = {"critical": 0, "error": 1, "warning": 1, "info": -1, "none": -1}
"""The usual words of alerting rules, as ranks among an agreement's severities: 0 the most severe, -1 the least."""


class Gone(Exception):
    """The ticket takes nothing any more."""


@dataclass(frozen=True)
class Carrier:
    """One report on its way: who posted it, from which monitor, whose it is."""

    ours: Context
    caller: Principal
    monitor: Monitor
    report: Reported
    found: Belongs
    now: datetime

    @property
    def language(self) -> str:
        return self.found.organisation.language

    @property
    def posted(self) -> Posted:
        """What is kept until it is carried out. The monitor by name: its file holds the names of secrets."""
        return Posted(
            report=self.report,
            monitor=self.monitor.monitor,
            format=self.monitor.format,
            role=self.caller.role,
            by=self.caller.id,
            organisation=self.caller.organisation,
        )

    def number(self, started: datetime, again: str | None) -> str:
        """The number of a ticket of its own."""
        # Who posts it is no part of the number: a pair of Alertmanagers posts the same episode twice.
        parts = (self.report.source, self.found.organisation.id, self.report.fingerprint, started.isoformat())
        return ticket_id(*parts, *([again] if again else []))

    async def fired(self, placed: Placed) -> Outcome:
        """What became of it. EngineAway when it can be told again; DomainError or a Problem when it is refused."""
        if placed.opener:
            await self._open(placed, placed.ticket, storm=True)
            return Outcome.opened if placed.counts else Outcome.listed
        if placed.place is Place.opens:
            await self._open(placed, placed.ticket)
            return Outcome.opened
        step = AlertFired(started_at=placed.started_at, text=self._again(placed))
        try:
            receipt = await self._send(placed.ticket, step, "fired", placed.id)
        except Gone:
            if placed.place is Place.storm:
                return Outcome.listed
            own = self.number(placed.started_at, placed.id)
            await run_in_threadpool(episodes.open_anew, self.ours.database, placed.id, own)
            await self._open(placed, own)
            return Outcome.opened
        if "ticket_reopened" in receipt.events:
            return Outcome.reopened
        return Outcome.listed if placed.place is Place.storm else Outcome.joined

    async def ended(self, ending: Ending) -> None:
        """Tells the ticket that its last firing alert is over. Gone when it is archived."""
        assert ending.ticket is not None  # nobody is told otherwise
        said = {"source": self.monitor.source, "at": ending.ended_at, "subject": self.report.subject}
        phrase = "storm_over" if ending.storm else "ended"
        text = phrases.say(self.language, phrase, **said, members=ending.members)
        step = AlertCleared(ended_at=ending.ended_at, text=text)
        await self._send(ending.ticket, step, "cleared", ending.id, ending.ended_at.isoformat())

    async def changed(self, placed: Placed) -> None:
        """A word on the ticket that the alert is worse, or better, than it knows; none where it takes no comments."""
        none = phrases.say(self.language, "none")
        words = {"after": self.report.severity or none, "before": placed.before or none}
        said = {"source": self.monitor.source, "subject": self.report.subject, **words}
        text = phrases.say(self.language, "severity", **said)
        try:
            await self._send(placed.ticket, Comment(text=text), "severity", placed.id, self.report.severity or "")
        except (Gone, DomainError):
            return

    async def _send(self, ticket: str, step: Step, *parts: str) -> Receipt:
        name = command_id("alert", *parts, ticket)
        command = Command(id=name, digest=name, by=self.caller.actor, step=step)
        if told := await told_before(self.ours, ticket, name):
            return told
        try:
            return await self.ours.engine.command(ticket, command)
        except DomainError as refused:
            if refused.code == "ticket_archived":
                raise Gone(ticket) from None
            raise
        except NoRun:
            if not await run_in_threadpool(tickets.exists, self.ours.database, ticket):
                raise EngineAway("its ticket is only being opened") from None
            raise Gone(ticket) from None

    async def _open(self, placed: Placed, ticket: str, *, storm: bool = False) -> None:
        report, organisation = self.report, self.found.organisation.id
        about, episode = {}, None
        subject, description = report.subject, report.description
        if storm:
            subject, description = self._storm(ticket)
        else:
            about = await run_in_threadpool(interruption, self.ours, self.found, placed.started_at, self.now)
            episode = Episode(
                source=report.source, fingerprint=report.fingerprint, started_at=report.started_at or placed.started_at
            )
        filed = OpenTicket(subject=subject, description=description or subject, channel=Channel.monitoring, **about)
        by = self.caller.actor
        opening = await run_in_threadpool(prepare, self.ours, filed, organisation, ticket, by, self.now, episode)
        word = self.monitor.severities.get(report.severity or "", report.severity)
        asked = ranked(word, tuple(opening.terms.severities))
        if asked is None and self.found.watched is not None and opening.service is not None:
            asked = self.found.watched.terms.severity
        opening = opening.model_copy(update={"severity": asked})
        # The digest is of the episode: a text that changed meanwhile ("12 %", "14 %") is still the same alert.
        same = command_id(report.source, "fired", ticket)
        await begin(self.ours, opening, by, self.now, same, same)

    def _again(self, placed: Placed) -> str:
        said = {"source": self.monitor.source, "subject": self.report.subject, "ticket": placed.ticket}
        if placed.place is Place.storm:
            return phrases.say(self.language, "grown", **said, members=placed.members)
        text = phrases.say(self.language, "again", **said, at=placed.started_at)
        return text + phrases.say(self.language, "flaps", ticket=placed.ticket) if placed.last_word else text

    def _storm(self, ticket: str) -> tuple[str, str]:
        bounds = self.ours.monitors.bounds_of(self.monitor)
        group = ", ".join(self.ours.monitors.grouping_of(self.monitor)) or phrases.say(self.language, "together")
        said = {"source": self.monitor.source, "subject": self.report.subject, "ticket": ticket, "group": group}
        minutes = f"{bounds.within / timedelta(minutes=1):g}"
        text = phrases.say(
            self.language, "storm_text", **said, tickets=bounds.tickets, minutes=minutes,
            description=self.report.description,
        )  # fmt: skip
        return phrases.say(self.language, "storm", source=self.monitor.source), text


def ranked(named: str | None, severities: tuple[str, ...]) -> str | None:
    """The agreement's severity for a monitor's word; None, its default, when nothing says which."""
    if named in severities:
        return named
    rank = RANKS.get((named or "").lower())
    if rank is None:
        return None
    return severities[min(rank, len(severities) - 1)]
