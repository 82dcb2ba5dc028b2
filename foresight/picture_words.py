"""What a picture says, in English and French."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.telling import duration
from foresight.lanes import Due, Mark, Run

_WORDS = {
    "en": {
        "response": "First response", "update": "Status updates", "resolution": "Resolution", "internal": "Internal",
        "consent": "Consent", "call": "Call", "steps": "People", "client": "To the client", "staff": "To staff",
        "closed": "closed ({calendar})", "runs": "runs", "late": "late", "stands": "stands still", "met": "kept",
        "missed": "missed", "open": "ahead", "cancelled": "cancelled", "due": "due {at}: {outcome}",
        "by": ", {late} late", "promise": "promised: {words}", "to": "to {who}",
    },
    "fr": {
        "response": "Première réponse", "update": "Points d'avancement", "resolution": "Résolution",
        "internal": "Interne", "consent": "Accord", "call": "Appel", "steps": "Personnes", "client": "Au client",
        "staff": "À l'équipe", "closed": "fermé ({calendar})", "runs": "court", "late": "en retard",
        "stands": "suspendu", "met": "tenu", "missed": "manqué", "open": "à venir", "cancelled": "annulé",
        "due": "échéance {at} : {outcome}", "by": ", {late} de retard", "promise": "promis : {words}", "to": "à {who}",
    },
}  # fmt: skip
_COLUMNS = {
    "en": {"promise": "Promise", "verdict": "Verdict", "explained": "Explained", "when": "When", "who": "Who",
           "what": "What happened, and who was told"},
    "fr": {"promise": "Promesse", "verdict": "Résultat", "explained": "Expliqué", "when": "Quand", "who": "Qui",
           "what": "Ce qui s'est passé, et qui l'a appris"},
}  # fmt: skip
_STANDINGS = {"running": "runs", "paused": "stands"}
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
}


class Words:
    """One language's words for a picture; another language gives English."""

    def __init__(self, language: str) -> None:
        self._language = language if language in _WORDS else "en"
        self._said = _WORDS[self._language]

    def clock(self, kind: str) -> str:
        """The name of a lane."""
        return self._said[kind]

    def column(self, name: str) -> str:
        """The head of a table's column."""
        return _COLUMNS[self._language][name]

    def standing(self, standing: str) -> str:
        """How a clock stands."""
        return self._said[_STANDINGS.get(standing, standing)]

    def row(self, row: str) -> str:
        """The name of a row of marks."""
        return self._said[row]

    def closed(self, calendar: str) -> str:
        """What a shaded span is."""
        return self._said["closed"].format(calendar=calendar)

    def day(self, at: datetime) -> str:
        """A day on the axis: "Fri 6.3."."""
        return f"{_DAYS[self._language][at.weekday()]} {at.day}.{at.month}."

    def wall(self, at: datetime, zone: str) -> str:
        """An instant by the wall clock of a zone."""
        there = at.astimezone(ZoneInfo(zone))
        return f"{self.day(there)} {there:%H:%M}"

    def run(self, run: Run, zone: str) -> str:
        """What a bar is: how it stood, from when to when, how long."""
        seconds = int((run.until - run.since).total_seconds())
        return (
            f"{self._said[run.kind]}: {self.wall(run.since, zone)} – {self.wall(run.until, zone)} ({duration(seconds)})"
        )

    def due(self, due: Due, zone: str) -> str:
        """What a due instant is: promise, clause, when, how it ended."""
        clock = due.clock
        clause = f" ({', '.join(clock.target.clause)})" if clock.target.clause else ""
        told = self._said["due"].format(at=self.wall(due.at, zone), outcome=self._said[due.outcome])
        late = self._said["by"].format(late=duration(clock.late)) if clock.late else ""
        return f"{self._said['promise'].format(words=clock.target.words)}{clause}; {told}{late}"

    def mark(self, mark: Mark, zone: str) -> str:
        """What a mark is: when, what, to whom or by whom."""
        who = self._said["to"].format(who=mark.who) if mark.message else mark.who
        language = f" [{mark.message.language}]" if mark.message else ""
        return f"{self.wall(mark.at, zone)} {mark.what.replace('_', ' ')} {who}{language}"

    def legend(self) -> list[tuple[str, str]]:
        """The kinds of things in the picture, with their names."""
        return [
            (kind, self._said[kind]) for kind in ("runs", "late", "stands", "met", "missed", "client", "staff", "steps")
        ]
