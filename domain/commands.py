"""Commands: what people and machines ask of a ticket. One class per step; `Step` is their union."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.base import Instant, Model
from domain.terms import Terms
from domain.words import STAFF, Channel, Level, Means, Party, ResolutionKind, Role

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,99}$")]


class Actor(Model):
    """Who does it: a role and an id (a contact's, a member of staff's, a sender's); never a name or an address."""

    role: Role
    id: Name

    @property
    def party(self) -> Party | None:
        """The side this actor speaks for when consent is asked."""
        if self.role is Role.client:
            return Party.client
        return Party.provider if self.role in STAFF else None


SYSTEM = Actor(role=Role.system, id="escalade")


class Episode(Model):
    """One firing of an alert: the alert's fingerprint and when it began to fire."""

    source: Name
    fingerprint: Name
    started_at: Instant


class Open(Model):
    """A client, staff or a monitor opens a ticket. `severity` is the one asked for; absent: the agreement's default."""

    type: Literal["open"] = "open"
    ticket: Name
    subject: Line
    description: Text
    channel: Channel
    organisation: Name
    contract: Name
    contact: Name
    language: str
    severity: str | None = None
    terms: Terms
    episode: Episode | None = None


class Triage(Model):
    """Support sets the severity after evaluating, or changes it later; every clock is measured again."""

    type: Literal["triage"] = "triage"
    severity: str
    reason: Text


class Assign(Model):
    """One member of staff takes the ticket, or is given it."""

    type: Literal["assign"] = "assign"
    assignee: Name


class Acknowledge(Model):
    """The first response: how the client was reached, and what was said."""

    type: Literal["acknowledge"] = "acknowledge"
    means: Means
    text: Text


class Comment(Model):
    """A comment that client and staff both read. A client's comment answers a question that is open."""

    type: Literal["comment"] = "comment"
    text: Text


class Note(Model):
    """An internal note: the client never reads it."""

    type: Literal["note"] = "note"
    text: Text


class StatusUpdate(Model):
    """The progress report that the agreement promises at intervals."""

    type: Literal["status_update"] = "status_update"
    text: Text


class Ask(Model):
    """Support asks the client for information; the clocks that the agreement names stand still until it comes."""

    type: Literal["ask"] = "ask"
    question: Text


class Answer(Model):
    """The client's information."""

    type: Literal["answer"] = "answer"
    text: Text


class Escalate(Model):
    """Functional escalation to another level or group, or back; the client reads the reason."""

    type: Literal["escalate"] = "escalate"
    level: Level
    group: Name | None = None
    reason: Text


class AskManager(Model):
    """Hierarchic escalation: the client (or staff for it) asks for the manager."""

    type: Literal["ask_manager"] = "ask_manager"
    reason: Text


class Resolve(Model):
    """Proposes a resolution and asks for consent."""

    type: Literal["resolve"] = "resolve"
    kind: ResolutionKind
    text: Text


class Consent(Model):
    """Agrees that it is solved."""

    type: Literal["consent"] = "consent"


class Refuse(Model):
    """Says that it is not solved, and why."""

    type: Literal["refuse"] = "refuse"
    reason: Text


class Reopen(Model):
    """The problem came back."""

    type: Literal["reopen"] = "reopen"
    reason: Text


class Withdraw(Model):
    """The client no longer needs it."""

    type: Literal["withdraw"] = "withdraw"
    reason: Text


class AlertCleared(Model):
    """A monitor saw the alert's episode end; staff gets a proposal to resolve, nothing is decided by it."""

    type: Literal["alert_cleared"] = "alert_cleared"
    ended_at: Instant
    text: Text


Step = Annotated[
    Triage | Assign | Acknowledge | Comment | Note | StatusUpdate | Ask | Answer | Escalate | AskManager
    | Resolve | Consent | Refuse | Reopen | Withdraw | AlertCleared,
    Field(discriminator="type"),
]  # fmt: skip


class Command(Model):
    """A step with who asks for it. `id` is the idempotency key; `digest` tells the same body from another one."""

    id: Name
    digest: str = ""
    by: Actor
    step: Step
