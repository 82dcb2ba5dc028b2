"""What the provider promises of its own services: availability, planned maintenance, watching (TF-14 to TF-16).

These are promises to everybody under an agreement, not to one ticket: no ticket carries them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from domain.base import Model
from domain.words import Fault


class AvailabilityTerms(Model):
    """At least so many percent of a rolling time of `over` seconds, the fault of `not_counting` left out."""

    at_least: Decimal
    over: int
    over_words: str
    zone: str = "UTC"
    """Of the agreement: the days that its readers count."""
    not_counting: tuple[Fault, ...] = ()
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class MaintenanceTerms(Model):
    """At most so many seconds of planned maintenance of a service in a calendar month of `zone`.

    `unannounced`: what needs no announcement beforehand. The limit holds for it all the same.
    """

    at_most: int
    at_most_words: str
    zone: str
    unannounced: tuple[Literal["critical_fixes"], ...] = ()
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class WatchingTerms(Model):
    """Monitoring opens a ticket by itself when a service is down; with this severity where the alert names none."""

    severity: str
    clause: tuple[str, ...] = ()
    assumed: str | None = None


class ProviderTerms(Model):
    """What an agreement says of the services; absent: not spoken of."""

    languages: tuple[str, ...]
    availability: AvailabilityTerms | None = None
    maintenance: MaintenanceTerms | None = None
    watching: WatchingTerms | None = None

    def language(self, wanted: str) -> str:
        """The language we write in to somebody who asked for `wanted`."""
        return wanted if wanted in self.languages else self.languages[0]
