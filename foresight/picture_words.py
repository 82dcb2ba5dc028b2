"""What a picture of a life and the page around it say, in English and French."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.telling import duration, promise
from foresight.lanes import Due, Mark, Run
from foresight.message_words import actor, called, reader

_WORDS = {
    "en": {
        "response": "First response", "update": "Status updates", "resolution": "Resolution",
        "internal": "Internal time", "consent": "Consent", "call": "Call", "steps": "People",
        "client": "To the client", "staff": "To staff", "closed": "closed ({calendar})", "closed_hours": "closed hours",
        "runs": "counts", "idle": "closed: does not count", "late": "late", "stands": "stands still", "met": "kept",
        "missed": "missed", "open": "ahead", "cancelled": "cancelled", "due_met": "due: kept",
        "due_missed": "due: missed", "due_open": "due: ahead", "due_cancelled": "due: cancelled",
        "due": "due {at}: {outcome}", "by": ", {late} late", "promise": "promised: {words}",
        "mark": "{at} {what}, {who}", "told": "{at} {what} → {who}", "opened_at": "Opened",
        "promises": "What was promised", "happened": "What happened", "nothing": "No promise runs under these terms.",
        "status": "ends as", "promised": "promised", "first_due": "first due", "no_deadline": "no deadline",
        "kept_missed": "kept / missed", "to_client": "messages to the client", "to_staff": "messages to staff",
        "escalations": "escalations", "minutes": "minutes charged", "refused": "refused", "colon": ":",
        "counted": "{events} events, {messages} messages",
    },
    "fr": {
        "response": "Première réponse", "update": "Points d’avancement", "resolution": "Résolution",
        "internal": "Délai interne", "consent": "Accord", "call": "Appel", "steps": "Personnes",
        "client": "Au client", "staff": "À l’équipe", "closed": "fermé ({calendar})",
        "closed_hours": "heures de fermeture", "runs": "compte", "idle": "fermé\u202f: ne compte pas",
        "late": "en retard", "stands": "suspendu", "met": "tenu", "missed": "manqué", "open": "à venir",
        "cancelled": "annulé", "due_met": "échéance tenue", "due_missed": "échéance manquée",
        "due_open": "échéance à venir", "due_cancelled": "échéance annulée", "due": "échéance {at}\u202f: {outcome}",
        "by": ", {late} de retard", "promise": "promis\u202f: {words}", "mark": "{at} {what}, {who}",
        "told": "{at} {what} → {who}", "opened_at": "Ouvert", "promises": "Ce qui était promis",
        "happened": "Ce qui s’est passé",
        "nothing": "Aucun délai ne court dans ces conditions.", "status": "à la fin", "promised": "promis",
        "first_due": "première échéance", "no_deadline": "sans échéance", "kept_missed": "tenus / manqués",
        "to_client": "messages au client", "to_staff": "messages à l’équipe", "escalations": "escalades",
        "minutes": "minutes facturées", "refused": "refusé", "colon": "\u202f:",
        "counted": "{events} événements, {messages} messages",
    },
}  # fmt: skip
_STATUSES = {
    "en": {"waiting": "waiting for the client"},
    "fr": {"new": "nouveau", "open": "ouvert", "waiting": "en attente du client", "resolved": "résolu",
           "closed": "clos", "archived": "archivé"},
}  # fmt: skip
_COLUMNS = {
    "en": {"promise": "Promise", "verdict": "Verdict", "explained": "Explained", "when": "When", "who": "Who",
           "what": "What happened, and who was told"},
    "fr": {"promise": "Promesse", "verdict": "Résultat", "explained": "Expliqué", "when": "Quand", "who": "Qui",
           "what": "Ce qui s’est passé, et qui l’a appris"},
}  # fmt: skip
_STANDINGS = {"running": "open", "paused": "stands"}
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}
_LEGEND = (
    "runs", "idle", "late", "stands", "closed_hours", "due_met", "due_missed", "due_open", "due_cancelled", "client",
    "staff", "steps",
)  # fmt: skip


class Words:
    """One language's words for a picture; another language gives English."""

    def __init__(self, language: str) -> None:
        self.language = language if language in _WORDS else "en"
        self._said = _WORDS[self.language]

    def word(self, name: str) -> str:
        """One of the words by its name."""
        return self._said[name]

    def clock(self, kind: str) -> str:
        """The name of a lane."""
        return self._said[kind]

    def promise(self, words: str) -> str:
        """A target's words: "2 business days"."""
        return promise(words, self.language)

    def column(self, name: str) -> str:
        """The head of a table's column."""
        return _COLUMNS[self.language][name]

    def standing(self, standing: str) -> str:
        """How a clock stands."""
        return self._said[_STANDINGS.get(standing, standing)]

    def status(self, status: str) -> str:
        """How a ticket stands at the end."""
        return _STATUSES[self.language].get(status, status)

    def message(self, template: str) -> str:
        """A message's name."""
        return called(template, self.language)

    def reader(self, kind: str, who: str) -> str:
        """Whom a message is for."""
        return reader(kind, who, self.language)

    def actor(self, who: str) -> str:
        """Who did it; "" for time itself."""
        return actor(who, self.language)

    def closed(self, calendar: str) -> str:
        """What a shaded span is."""
        return self._said["closed"].format(calendar=calendar)

    def day(self, at: datetime) -> str:
        """A day on the axis: "Fri 6 Mar"."""
        return f"{_DAYS[self.language][at.weekday()]} {at.day} {_MONTHS[self.language][at.month - 1]}"

    def wall(self, at: datetime, zone: str) -> str:
        """An instant by the wall clock of a zone."""
        there = at.astimezone(ZoneInfo(zone))
        return f"{self.day(there)} {there:%H:%M}"

    def run(self, run: Run, zone: str) -> str:
        """What a bar is: how it stood, from when to when, how long."""
        seconds = int((run.until - run.since).total_seconds())
        since, until = self.wall(run.since, zone), self.wall(run.until, zone)
        return f"{self._said[run.kind]}{self._said['colon']} {since} – {until} ({duration(seconds)})"

    def due(self, due: Due, zone: str) -> str:
        """What a due instant is: promise, clause, when, how it ended."""
        clock = due.clock
        clause = f" ({', '.join(clock.target.clause)})" if clock.target.clause else ""
        told = self._said["due"].format(at=self.wall(due.at, zone), outcome=self._said[due.outcome])
        late = self._said["by"].format(late=duration(clock.late)) if clock.late else ""
        promised = self._said["promise"].format(words=self.promise(clock.target.words))
        return f"{promised}{clause}; {told}{late}"

    def mark(self, mark: Mark, zone: str) -> str:
        """What a mark is: when, what, to whom or by whom."""
        at = self.wall(mark.at, zone)
        if mark.message is None:
            return self._said["mark"].format(at=at, what=mark.what, who=self.actor(mark.who))
        to = mark.message.to
        told = self._said["told"].format(at=at, what=self.message(mark.what), who=self.reader(to.kind, to.id))
        return f"{told} [{mark.message.language}]"

    def legend(self, kinds: set[str]) -> list[tuple[str, str]]:
        """The kinds of things in the picture, with their names, in their order."""
        return [(kind, self._said[kind]) for kind in _LEGEND if kind in kinds]
