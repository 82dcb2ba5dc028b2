"""The steps of a ticket's life, from triage to withdrawal."""

from __future__ import annotations

from typing import ClassVar, Literal

from domain.attachments import Attachments
from domain.base import Instant, Model
from domain.commands.base import Line, Name, Text
from domain.words import Cause, Channel, Level, Means, ResolutionKind


class Triage(Model):
    """Support sets the severity after evaluating, or changes it later; every clock is measured again."""

    type: Literal["triage"] = "triage"
    severity: str
    reason: Text
    impact: str | None = None
    """The impact as evaluated, one of the agreement's."""
    assignee: Name | None = None
    silent: bool = False
    """The client is not told, where the agreement leaves that open."""


class Assign(Model):
    """One member of staff takes the ticket, or is given it; `others` work on it too."""

    type: Literal["assign"] = "assign"
    assignee: Name
    others: tuple[Name, ...] = ()
    groups: dict[Name, Name | None] = {}
    """Competence group of each of them, as the directory has it: looked up at the door, never sent."""

    FACTS: ClassVar[frozenset[str]] = frozenset({"groups"})


class Acknowledge(Model):
    """The first response: how the client was reached, and what was said."""

    type: Literal["acknowledge"] = "acknowledge"
    means: Means
    text: Text
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class Comment(Model):
    """A comment that client and staff both read. A client's comment answers a question that is open."""

    type: Literal["comment"] = "comment"
    text: Text
    channel: Channel | None = None
    """How it reached us, where it came in as a message: set at that door, never sent."""
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"channel", "attachments"})


class Note(Model):
    """An internal note: the client never reads it."""

    type: Literal["note"] = "note"
    text: Text
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class StatusUpdate(Model):
    """The progress report that the agreement promises at intervals."""

    type: Literal["status_update"] = "status_update"
    text: Text
    means: Means = Means.email
    """How the client was reached; by e-mail, Escalade sends it."""
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class Ask(Model):
    """Support asks the client for information; the clocks that the agreement names stand still until it comes."""

    type: Literal["ask"] = "ask"
    question: Text
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class Answer(Model):
    """The client's information."""

    type: Literal["answer"] = "answer"
    text: Text
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class Escalate(Model):
    """Functional escalation to another level or group, or back; the client reads the reason.

    `also` are further groups that are needed, `forecast` when a solution is expected, `billable` why the work is
    billed there, where the agreement's own words do not say it.
    """

    type: Literal["escalate"] = "escalate"
    level: Level
    group: Name | None = None
    reason: Text
    also: tuple[Name, ...] = ()
    assignee: Name | None = None
    forecast: Instant | None = None
    billable: Text | None = None
    groups: dict[Name, Name | None] = {}
    """Competence group of `assignee`, as the directory has it: looked up at the door, never sent."""

    FACTS: ClassVar[frozenset[str]] = frozenset({"groups"})


class AskManager(Model):
    """Hierarchic escalation: the client (or staff for it) asks for the manager."""

    type: Literal["ask_manager"] = "ask_manager"
    reason: Text


class Resolve(Model):
    """Proposes a resolution and asks for consent."""

    type: Literal["resolve"] = "resolve"
    kind: ResolutionKind
    text: Text
    cause: Cause | None = None
    """The root cause, and what is to be said of it."""
    cause_text: Text | None = None
    promised_by: Instant | None = None
    """When a commitment is to be kept: a promised fix, an action plan."""
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class Consent(Model):
    """Agrees that it is solved."""

    type: Literal["consent"] = "consent"


class Refuse(Model):
    """Says that it is not solved, and why."""

    type: Literal["refuse"] = "refuse"
    reason: Text
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class Reopen(Model):
    """The problem came back."""

    type: Literal["reopen"] = "reopen"
    reason: Text
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"attachments"})


class Withdraw(Model):
    """The client no longer needs it."""

    type: Literal["withdraw"] = "withdraw"
    reason: Text


class KeepCommitment(Model):
    """A commitment that closed the ticket is kept: the promised fix is there, the plan carried out (TF-11)."""

    type: Literal["keep_commitment"] = "keep_commitment"
    text: Text


class AskProgress(Model):
    """The client asks how things stand (OL-13); support answers with a status update."""

    type: Literal["ask_progress"] = "ask_progress"
    text: Text | None = None


class OfferSession(Model):
    """Remote hands: the client is invited to a remote session (1L-10)."""

    type: Literal["offer_session"] = "offer_session"
    at: Instant
    text: Text


class AgreeInterval(Model):
    """Another interval of updates is agreed with the client for this ticket (OL-17): "3 business days"."""

    type: Literal["agree_interval"] = "agree_interval"
    every: Line
    reason: Text


class AlertFired(Model):
    """A monitor saw an alert of this ticket fire, again or still: a closed ticket is reopened by it."""

    type: Literal["alert_fired"] = "alert_fired"
    started_at: Instant
    text: Text


class AlertCleared(Model):
    """A monitor saw the alert's episode end; staff gets a proposal to resolve, nothing is decided by it."""

    type: Literal["alert_cleared"] = "alert_cleared"
    ended_at: Instant
    text: Text
