"""The words of papers: English sentences, their French, and numbers and instants as each language writes them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_name

from domain.telling import duration

ENGLISH = "en"
_TERRITORY = {ENGLISH: "en_GB", "fr": "fr_FR"}

FRENCH = {
    "Intervention report": "Rapport d’intervention",
    "Ticket": "Ticket",
    "Subject": "Objet",
    "Client": "Client",
    "As of": "Établi le",
    "No.": "N°",
    "Began": "Début",
    "Kind": "Nature",
    "Worked": "Travaillé",
    "Counted": "Compté",
    "Charged": "À charge",
    "What was done": "Ce qui a été fait",
    "Total": "Total",
    "Time zone: {zone}": "Fuseau horaire : {zone}",
    "No work has been logged on this ticket.": "Aucune intervention n’a été saisie sur ce ticket.",
    "analysis": "analyse",
    "work": "réalisation",
    "adjustment": "ajustement",
    "included": "compris",
    "deducted": "décompté",
    "billable": "facturé",
    "not_handled": "non traité",
    "Deducted from your hour packages: {time}": "Décompté de vos forfaits d’heures : {time}",
    "Billed as time spent: {time}": "Facturé au temps passé : {time}",
    "Charged to nobody: {time}": "Sans décompte : {time}",
    "Hour packages": "Forfaits d’heures",
    "Package": "Forfait",
    "Size": "Taille",
    "Valid until": "Valable jusqu’au",
    "Taken by this ticket": "Pris par ce ticket",
    "Left in all packages after this work: {time}": "Reste sur l’ensemble des forfaits après ce travail : {time}",
    "page {page} of {pages}": "page {page} sur {pages}",
    "Statement of hours": "Relevé d’heures",
    "Month": "Mois",
    "Opening balance": "Solde initial",
    "Bought": "Acheté",
    "Taken": "Consommé",
    "Expired": "Expiré",
    "Closing balance": "Solde final",
    "Interventions logged this month": "Interventions saisies ce mois-ci",
    "Nothing was logged this month.": "Rien n’a été saisi ce mois-ci.",
    "No package held hours this month.": "Aucun forfait ne portait d’heures ce mois-ci.",
    "The month is not over: this is how it stands.": "Le mois n’est pas terminé : voici où il en est.",
    "Hours left in each package": "Heures restantes par forfait",
    "Hours": "Heures",
    "Day ({zone})": "Jour ({zone})",
    "expires {day}": "expire le {day}",
    "now": "maintenant",
    "No package has been bought.": "Aucun forfait n’a été acheté.",
}


class Words:
    """One language's words in one time zone; a language that is not written here gives English."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = language if language in _TERRITORY else ENGLISH
        self.zone = zone
        self._sentences = FRENCH if self.language == "fr" else None
        self._locale = Locale.parse(_TERRITORY[self.language])
        self._tz = ZoneInfo(zone)

    def say(self, sentence: str, /, **data: object) -> str:
        """The sentence with `data` filled in. KeyError for one that has no French."""
        told = sentence if self._sentences is None else self._sentences[sentence]
        return told.format(**data)

    def time(self, minutes: int) -> str:
        """Minutes of work: "4 h", "1 h 30 min"."""
        return duration(minutes * 60) if minutes else "0 min"

    def moment(self, at: datetime) -> str:
        """A day and the time of day."""
        return format_datetime(at.astimezone(self._tz), "short", locale=self._locale)

    def moment_in_full(self, at: datetime) -> str:
        """The same with the month's name."""
        there = at.astimezone(self._tz)
        day = format_date(there, "long", locale=self._locale)
        return f"{day}, {format_time(there, 'short', tzinfo=self._tz, locale=self._locale)}"

    def day(self, at: datetime) -> str:
        """A day."""
        return format_date(at.astimezone(self._tz), "medium", locale=self._locale)

    def month(self, at: datetime) -> str:
        """A month and its year."""
        return format_date(at.astimezone(self._tz), "LLLL y", locale=self._locale)

    @property
    def zone_name(self) -> str:
        """The zone's name as people say it, in summer and winter."""
        return get_timezone_name(self._tz, locale=self._locale)
