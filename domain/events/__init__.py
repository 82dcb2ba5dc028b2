"""Events: what happened on a ticket. A `Fact` says what; `Event` adds its number, when, who and which command.

Each module holds the facts of one subject.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.base import Instant, Model
from domain.commands import Actor
from domain.events.calls import CallMade, CallTaken
from domain.events.clocks import (
    ClockEnded,
    ClockMissed,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
)
from domain.events.erasing import TextsErased
from domain.events.life import (
    AlertRepeated,
    CommentAdded,
    CommitmentDue,
    CommitmentKept,
    ConsentGiven,
    ConsentReminded,
    Escalated,
    FirstResponseGiven,
    InformationGiven,
    InformationRequested,
    IntervalAgreed,
    ManagerInvolved,
    NoteAdded,
    ProgressAsked,
    ResolutionProposed,
    ResolutionRefused,
    ResolutionSuggested,
    SessionOffered,
    SeveritySet,
    StaffWarned,
    StatusUpdated,
    TermsChanged,
    TicketArchived,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketReopened,
)
from domain.events.money import (
    HoursMoved,
    InterventionReported,
    PackageWarned,
    QuoteAccepted,
    QuoteAsked,
    QuoteExpired,
    QuoteMade,
    QuoteRefused,
    TimeLogged,
)
from domain.events.provider import (
    OutageAttributed,
    ServiceRestored,
)
from domain.events.rnd import (
    DefectAwaited,
    DefectLeft,
    DefectNews,
    InstallationAsked,
    ReleaseOffered,
)
from domain.events.rollout import MovedTime, TimesMoved
from domain.events.scope import (
    HandedOver,
    IntakeAsked,
    IntakeSupplied,
    RequestClassified,
    RequestExcluded,
)

__all__ = [
    "AlertRepeated",
    "CallMade",
    "CallTaken",
    "ClockEnded",
    "ClockMissed",
    "ClockPaused",
    "ClockResumed",
    "ClockRetargeted",
    "ClockStarted",
    "CommentAdded",
    "CommitmentDue",
    "CommitmentKept",
    "ConsentGiven",
    "ConsentReminded",
    "DefectAwaited",
    "DefectLeft",
    "DefectNews",
    "Escalated",
    "Event",
    "Fact",
    "FirstResponseGiven",
    "HandedOver",
    "HoursMoved",
    "InformationGiven",
    "InformationRequested",
    "InstallationAsked",
    "IntakeAsked",
    "IntakeSupplied",
    "IntervalAgreed",
    "InterventionReported",
    "ManagerInvolved",
    "MovedTime",
    "NoteAdded",
    "OutageAttributed",
    "PackageWarned",
    "ProgressAsked",
    "QuoteAccepted",
    "QuoteAsked",
    "QuoteExpired",
    "QuoteMade",
    "QuoteRefused",
    "ReleaseOffered",
    "RequestClassified",
    "RequestExcluded",
    "ResolutionProposed",
    "ResolutionRefused",
    "ResolutionSuggested",
    "ServiceRestored",
    "SessionOffered",
    "SeveritySet",
    "StaffWarned",
    "StatusUpdated",
    "TermsChanged",
    "TextsErased",
    "TicketArchived",
    "TicketAssigned",
    "TicketClosed",
    "TicketOpened",
    "TicketReopened",
    "TimeLogged",
    "TimesMoved",
    "cause_of_time",
    "due_instant",
]  # fmt: skip

Fact = Annotated[
    TicketOpened | SeveritySet | TicketAssigned | FirstResponseGiven | CommentAdded | NoteAdded | StatusUpdated |
    InformationRequested | InformationGiven | Escalated | ManagerInvolved | StaffWarned | ResolutionSuggested |
    ResolutionProposed | ConsentGiven | ConsentReminded | ResolutionRefused | TicketClosed | TicketReopened |
    TicketArchived | ProgressAsked | SessionOffered | IntervalAgreed | CommitmentDue | CommitmentKept | TermsChanged
    | RequestClassified | IntakeAsked | IntakeSupplied | RequestExcluded | HandedOver | ClockStarted | ClockPaused |
    ClockResumed | ClockRetargeted | ClockMissed | ClockEnded | TimeLogged | HoursMoved | PackageWarned | QuoteAsked
    | QuoteMade | QuoteAccepted | QuoteRefused | QuoteExpired | InterventionReported | DefectAwaited | DefectLeft |
    TimesMoved | DefectNews | ReleaseOffered | InstallationAsked | ServiceRestored | OutageAttributed |
    AlertRepeated
    | CallTaken | CallMade | TextsErased,
    Field(discriminator="type"),
]  # fmt: skip


class Event(Model):
    """Fact number `sequence` of a ticket. `cause` is the id of the command, or names the due instant that came."""

    sequence: int
    at: Instant
    by: Actor
    cause: str
    fact: Fact


_DUE = "due:"


def cause_of_time(due: datetime) -> str:
    """The cause of what time brings: it names the due instant that came."""
    return f"{_DUE}{due.isoformat()}"


def due_instant(cause: str) -> datetime | None:
    """The due instant that a cause names; None for a command's id."""
    return datetime.fromisoformat(cause.removeprefix(_DUE)) if cause.startswith(_DUE) else None
