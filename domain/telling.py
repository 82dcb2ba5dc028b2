"""A clock's explanation as one sentence, in English and French. Pure; instants are told in the calendar's zone."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.explanation import Explanation
from domain.words import ClockKind

_KINDS = {
    "en": {
        ClockKind.response: "First response",
        ClockKind.update: "Next status update",
        ClockKind.resolution: "Resolution",
        ClockKind.internal: "Internal time",
        ClockKind.consent: "Answer to the resolution",
        ClockKind.call: "Call to the client",
    },
    "fr": {
        ClockKind.response: "Première réponse",
        ClockKind.update: "Prochain point d’avancement",
        ClockKind.resolution: "Résolution",
        ClockKind.internal: "Délai interne",
        ClockKind.consent: "Réponse à la résolution",
        ClockKind.call: "Appel au client",
    },
}
_REASONS = {
    "en": {
        "waiting": "the client’s information is awaited",
        "consent": "consent is awaited",
        "level": "it does not run at this level",
        "intake": "what the intake asks for is awaited",
        "defect": "R&D’s correction is awaited, so no due date can be named",
    },
    "fr": {
        "waiting": "l’information du client est attendue",
        "consent": "l’accord est attendu",
        "level": "il ne court pas à ce niveau",
        "intake": "les informations de départ sont attendues",
        "defect": "la correction de la R&D est attendue, donc aucune échéance ne peut être donnée",
    },
}
_SENTENCES = {
    "en": {
        "running": "due {due}, {left} left of {budget}.",
        "no_deadline": "no deadline, {spent} so far.",
        "paused": "stands still since {since} ({reasons}); {spent} used of {budget}.",
        "late": "was due {due} and is {late} late.",
        "met": "kept on {ended}; it was due {due}.",
        "met_no_deadline": "done on {ended}.",
        "missed": "missed: done on {ended}, {late} after it was due ({due}).",
        "cancelled": "no longer counts ({reason}).",
        "named": "{kind}, {promise}{calendar} ({source}): ",
        "calendar": " on the calendar {calendar}",
        "source": "clause {clause}",
        "assumed": "assumed",
    },
    "fr": {
        "running": "échéance {due}, il reste {left} sur {budget}.",
        "no_deadline": "sans échéance, {spent} à ce jour.",
        "paused": "arrêté depuis {since} ({reasons}) ; {spent} utilisées sur {budget}.",
        "late": "l’échéance était {due}, retard de {late}.",
        "met": "tenu le {ended} ; l’échéance était {due}.",
        "met_no_deadline": "fait le {ended}.",
        "missed": "manqué : fait le {ended}, {late} après l’échéance ({due}).",
        "cancelled": "ne compte plus ({reason}).",
        "named": "{kind}, {promise}{calendar} ({source}) : ",
        "calendar": " selon le calendrier {calendar}",
        "source": "clause {clause}",
        "assumed": "supposé",
    },
}
_UNITS = (
    (r"business days?", "jours ouvrés"),
    (r"days?", "jours"),
    (r"weeks?", "semaines"),
    (r"hours?", "heures"),
    (r"minutes?", "minutes"),
    (r"seconds?", "secondes"),
    ("to", "à"),
    ("next release", "prochaine version"),
    ("best effort", "au mieux"),
)


def tell(explanation: Explanation, language: str = "en") -> str:
    """The sentence of an explanation; a language that we do not write gives English."""
    language = language if language in _SENTENCES else "en"
    words, zone = _SENTENCES[language], explanation.zone
    parts = {
        "due": local(explanation.due, zone),
        "ended": local(explanation.ended_at, zone),
        "since": local(explanation.pauses[-1].since if explanation.pauses else explanation.started_at, zone),
        "left": duration(explanation.left),
        "budget": duration(explanation.budget),
        "spent": duration(explanation.spent),
        "late": duration(explanation.late),
        "reason": explanation.reason,
        "reasons": _why(explanation, language),
    }
    return _named(explanation, language) + words[_form(explanation)].format(**parts)


def _why(explanation: Explanation, language: str) -> str:
    """Why it stands still now, with the clause that says so: "consent is awaited, OL-10"."""
    if not explanation.pauses:
        return ""
    pause = explanation.pauses[-1]
    return ", ".join([*(_REASONS[language].get(why, why) for why in pause.reasons), *pause.clause])


def _form(explanation: Explanation) -> str:
    if explanation.budget is None and explanation.standing in ("running", "paused"):
        return "no_deadline"
    return "met_no_deadline" if explanation.standing == "met" and explanation.due is None else explanation.standing


def _named(explanation: Explanation, language: str) -> str:
    words = _SENTENCES[language]
    source = words["source"].format(clause=", ".join(explanation.clause)) if explanation.clause else words["assumed"]
    return words["named"].format(
        kind=_KINDS[language][explanation.kind],
        promise=promise(explanation.promise, language),
        calendar="" if explanation.calendar == "always" else words["calendar"].format(calendar=explanation.calendar),
        source=source,
    )


def promise(words: str, language: str) -> str:
    """A target's words in the reader's language: "2 business days", "2 jours ouvrés"."""
    if language != "fr":
        return words
    for english, french in _UNITS:
        words = re.sub(rf"\b{english}\b", french, words)
    return re.sub(r"\b1 (jour|semaine|heure|minute|seconde)s( ouvré)?s?", r"1 \1\2", words)


def duration(seconds: int | None) -> str:
    """Whole seconds as people say them, the two largest units: "26 h 05 min". Hours, for a day of work is no 24 h."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest:02d} s" if rest and minutes < 10 else f"{minutes} min"
    return f"{rest} s"


def local(at: datetime | None, zone: str) -> str:
    """An instant on the wall clock of `zone`, with its name: "2026-03-02 11:00 Europe/Paris"."""
    return "–" if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
