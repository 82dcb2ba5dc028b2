"""What was found about a request: its kind, what the intake lacks, that it is not covered."""

from __future__ import annotations

from typing import Literal

from domain.attachments import Attachments
from domain.base import Model
from domain.commands import Product
from domain.words import Cover


class RequestClassified(Model):
    """`cover` and `before_cover` tell who pays from now on, and who paid for the time counted so far."""

    type: Literal["request_classified"] = "request_classified"
    kind: str
    before: str | None = None
    cover: Cover
    before_cover: Cover | None = None
    reason: str


class IntakeAsked(Model):
    """What is missing, by item; asked of the client at once (OL-06)."""

    type: Literal["intake_asked"] = "intake_asked"
    items: tuple[str, ...]


class IntakeSupplied(Model):
    """`missing` is what is still to come; `standing` names what was given for good, or taken back (1L-15)."""

    type: Literal["intake_supplied"] = "intake_supplied"
    intake: dict[str, str | bool] = {}
    product: Product | None = None
    missing: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    attachments: Attachments = ()


class RequestExcluded(Model):
    """It is not covered (`exclusion`, an item or a kind of the agreement's); the ticket is closed after it."""

    type: Literal["request_excluded"] = "request_excluded"
    exclusion: str
    text: str


class HandedOver(Model):
    """The work needs more than the agreement's cap in `minutes`: the level that it goes to does it instead (1L-04)."""

    type: Literal["handed_over"] = "handed_over"
    kind: str
    minutes: int
