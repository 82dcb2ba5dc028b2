"""What a ticket is told by a monitor, in English and French."""

from __future__ import annotations

from datetime import datetime

_EN = {
    "ended": "{source}: the alert has ended at {at}. {subject}",
    "again": "{source}: the alert fires again since {at}. {subject}",
    "severity": "{source}: the alert is now {after}; it was {before}. {subject}",
    "flaps": " It flaps: what it does from now on is only listed for a while, at /v1/tickets/{ticket}/alerts.",
    "storm": "Alert storm: {source} reports more than can each have a ticket",
    "storm_text": "More alerts came at once than may each have a ticket ({tickets} within {minutes} min, grouped as "
    "{group}). The others are listed at /v1/tickets/{ticket}/alerts, none is lost. The first of them:\n\n{subject}\n"
    "{description}",
    "grown": "{source}: {members} alerts are listed by now, at /v1/tickets/{ticket}/alerts. The newest: {subject}",
    "storm_over": "{source}: the last alert that is listed here has ended at {at}. There were {members}.",
    "none": "none",
    "together": "one group",
}
_FR = {
    "ended": "{source} : l’alerte est terminée depuis {at}. {subject}",
    "again": "{source} : l’alerte se déclenche de nouveau depuis {at}. {subject}",
    "severity": "{source} : l’alerte est maintenant {after} ; elle était {before}. {subject}",
    "flaps": " Elle oscille : pour un moment, la suite n’est que listée, sous /v1/tickets/{ticket}/alerts.",
    "storm": "Avalanche d’alertes : {source} en signale plus qu’il n’y a de tickets permis",
    "storm_text": "Plus d’alertes sont venues à la fois que de tickets permis ({tickets} en {minutes} min, groupées "
    "ainsi : {group}). Les autres sont listées sous /v1/tickets/{ticket}/alerts, aucune n’est perdue. La première :\n\n"
    "{subject}\n{description}",
    "grown": "{source} : {members} alertes sont listées à présent, sous /v1/tickets/{ticket}/alerts. "
    "La dernière : {subject}",
    "storm_over": "{source} : la dernière alerte listée ici est terminée depuis {at}. Il y en avait {members}.",
    "none": "sans gravité",
    "together": "un seul groupe",
}


def say(language: str, phrase: str, **values: object) -> str:
    """A phrase in the organisation's language: French, or English."""
    said = {name: _at(value) if isinstance(value, datetime) else value for name, value in values.items()}
    text = (_FR if language.startswith("fr") else _EN)[phrase]
    return text.format(**said)[:20_000]


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
