"""Commands: what people and machines ask of a ticket. One class per step; `Step` is their union.

Each module holds the steps of one subject. A class attribute FACTS names the fields that the API looks up itself.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.base import Model
from domain.commands.base import SYSTEM, Actor, Line, Name, Text
from domain.commands.calls import CallDone, TakeCall
from domain.commands.erasing import Erase
from domain.commands.life import (
    Acknowledge,
    AgreeInterval,
    AlertCleared,
    AlertFired,
    Answer,
    Ask,
    AskManager,
    AskProgress,
    Assign,
    Comment,
    Consent,
    Escalate,
    KeepCommitment,
    Note,
    OfferSession,
    Refuse,
    Reopen,
    Resolve,
    StatusUpdate,
    Triage,
    Withdraw,
)
from domain.commands.money import AcceptQuote, AskQuote, LogTime, MakeQuote, RefuseQuote
from domain.commands.opening import Episode, Filer, Open, Product, ProductNamed
from domain.commands.provider import AttributeOutage, RestoreService
from domain.commands.rnd import AskInstallation, AwaitDefect, HearDefect, LeaveDefect
from domain.commands.rollout import ChangeTerms
from domain.commands.scope import Classify, Exclude, Supply

__all__ = [
    "SYSTEM",
    "AcceptQuote",
    "Acknowledge",
    "Actor",
    "AgreeInterval",
    "AlertCleared",
    "AlertFired",
    "Answer",
    "Ask",
    "AskInstallation",
    "AskManager",
    "AskProgress",
    "AskQuote",
    "Assign",
    "AttributeOutage",
    "AwaitDefect",
    "CallDone",
    "ChangeTerms",
    "Classify",
    "Command",
    "Comment",
    "Consent",
    "Episode",
    "Erase",
    "Escalate",
    "Exclude",
    "Filer",
    "HearDefect",
    "KeepCommitment",
    "LeaveDefect",
    "Line",
    "LogTime",
    "MakeQuote",
    "Name",
    "Note",
    "OfferSession",
    "Open",
    "Product",
    "ProductNamed",
    "Refuse",
    "RefuseQuote",
    "Reopen",
    "Resolve",
    "RestoreService",
    "StatusUpdate",
    "Step",
    "Supply",
    "TakeCall",
    "Text",
    "Triage",
    "Withdraw",
]  # fmt: skip

Step = Annotated[
    Triage | Assign | Acknowledge | Comment | Note | StatusUpdate | Ask | Answer | Escalate | AskManager
    | Resolve | Consent | Refuse | Reopen | Withdraw | AlertCleared | AlertFired | KeepCommitment | AskProgress
    | OfferSession | AgreeInterval | Classify | Supply | Exclude | LogTime | AskQuote | MakeQuote | AcceptQuote
    | RefuseQuote | AwaitDefect | LeaveDefect | HearDefect | AskInstallation | RestoreService | AttributeOutage
    | ChangeTerms
    | TakeCall | CallDone | Erase,
    Field(discriminator="type"),
]  # fmt: skip


class Command(Model):
    """A step with who asks for it. `id` is the idempotency key; `digest` tells the same body from another one."""

    id: Name
    digest: str = ""
    by: Actor
    step: Step
