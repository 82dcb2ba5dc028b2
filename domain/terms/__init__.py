"""The terms of one ticket: the agreement as it was when the ticket was opened (design decision 6).

An agreement file is compiled to this snapshot outside the workflow: public holidays are expanded, targets parsed,
the contract's choices made. The ticket carries it; the rules of this room read nothing else. Each module holds the
terms of one subject; what an agreement does not speak of stays at its default and costs nothing.
"""

from __future__ import annotations

from domain.calendar import Calendar
from domain.shared import Shared
from domain.terms.contact import CallTerms, ContactTerms
from domain.terms.cover import Extended, Programme
from domain.terms.money import HoursTerms, QuoteTerms, ReportTerms
from domain.terms.promises import (
    ConsentTerms,
    LadderStep,
    LevelTerms,
    ReopeningTerms,
    SeverityTerms,
    Title,
)
from domain.terms.rnd import DefectTerms, RootCauseTerms
from domain.terms.scope import Exclusion, IntakeItem, RequestTerms, ServedTerms
from domain.words import ClockKind, Contact, Level, ResolutionKind

__all__ = [
    "CallTerms", "ConsentTerms", "ContactTerms", "DefectTerms", "Exclusion", "Extended", "HoursTerms", "IntakeItem",
    "LadderStep",
    "LevelTerms", "Programme", "QuoteTerms", "ReopeningTerms", "ReportTerms", "RequestTerms", "RootCauseTerms",
    "ServedTerms", "SeverityTerms", "Terms", "Title",
]  # fmt: skip


class Terms(Shared):
    """Everything the rules need to know of an agreement for one ticket."""

    agreement: str
    revision: str
    zone: str
    languages: tuple[str, ...]
    calendars: dict[str, Calendar]
    severities: dict[str, SeverityTerms]
    """Most severe first."""
    default_severity: str
    levels: dict[Level, LevelTerms]
    ladder: tuple[LadderStep, ...] = ()
    waiting_pauses: tuple[ClockKind, ...] = ()
    first_response: tuple[Contact, ...] = (Contact.acknowledgement,)
    update_kept_by: tuple[Contact, ...] = (Contact.status_update,)
    resolutions: tuple[ResolutionKind, ...] = tuple(ResolutionKind)
    tracked: tuple[ResolutionKind, ...] = ()
    """Kinds of resolution that are a commitment, tracked until it is kept (TF-11)."""
    triage_provisional: bool = False
    """The client's severity counts only until a member of the team has set one (TF-06)."""
    triage_silent: bool = False
    """A severity may be changed without telling the client (TF-06)."""
    resolution_advice: Title = {}
    """What the client is advised to do with a solution before applying it (OL-19)."""
    consent: ConsentTerms
    reopening: ReopeningTerms
    waiting_clause: tuple[str, ...] = ()
    fallback: str | None = None
    """The language for whoever asks for one that is not spoken; absent: the first of `languages`."""
    region: str | None = None
    programme: Programme | None = None
    extended: Extended | None = None
    requests: dict[str, RequestTerms] = {}
    default_request: str | None = None
    intake: dict[str, IntakeItem] = {}
    served: ServedTerms = ServedTerms()
    exclusions: dict[str, Exclusion] = {}
    contact: ContactTerms = ContactTerms()
    hours: HoursTerms | None = None
    quotes: QuoteTerms | None = None
    report: ReportTerms | None = None
    defects: DefectTerms = DefectTerms()
    root_cause: RootCauseTerms | None = None
    texts_days: int | None = None
    """Days after closing for which what people wrote is kept; None: for good."""

    def language(self, wanted: str) -> str:
        """The language we write in to somebody who asked for `wanted`."""
        return wanted if wanted in self.languages else self.fallback or self.languages[0]

    def said(self, words: Title, language: str, otherwise: str = "") -> str:
        """These words in a language; a file has them in its own, so that who is written to in another reads the first.

        A region can speak more languages than the agreement file is written in (OL-22).
        """
        return words.get(language) or words.get(self.fallback or self.languages[0]) or otherwise

    def severity(self, name: str, product: str | None) -> SeverityTerms:
        """What is promised for a severity, with extended cover where it holds for this product (OL-04)."""
        extended = self.extended
        if extended and name in extended.severities and extended.holds_for(product):
            return extended.severities[name]
        return self.severities[name]

    def severity_of(self, impact: str) -> str | None:
        """The severity that a stated impact proposes; None when no severity names it."""
        return next((name for name, terms in self.severities.items() if impact in terms.impacts), None)
