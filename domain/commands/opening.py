"""The command that opens a ticket: what was filed, and every fact that the rules need to know of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool

from domain.attachments import Attachments
from domain.base import Instant, Model
from domain.commands.base import Line, Name, Text
from domain.terms import Terms
from domain.words import Channel, ContactRole, Party, Stage


class Episode(Model):
    """One firing of an alert: the alert's fingerprint and when it began to fire."""

    source: Name
    fingerprint: Name
    started_at: Instant


class ProductNamed(Model):
    """The product a request is about, as somebody names it."""

    name: Name
    version: Line | None = None
    serial: Line | None = None


class Product(ProductNamed):
    """The same with what we know of its version; absent facts are unknown.

    `rank` counts lines of versions from the newest, which is 0. `registered`: whether the organisation has registered
    it.
    """

    stage: Stage | None = None
    rank: int | None = None
    end_of_life: bool = False
    registered: bool | None = None


class Filer(Model):
    """The contact on whose behalf a ticket is opened.

    `named` are the names of the contacts who may file, where this one may not.
    """

    role: ContactRole
    named: tuple[Line, ...] = ()


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
    kind: str | None = None
    """Kind of request, one of the agreement's; absent: its default, where it has kinds."""
    impact: str | None = None
    """The impact that the client states; it proposes the severity where none is asked for."""
    intake: dict[str, Line | StrictBool] = {}
    """What the intake was answered, by item; facts are true or false."""
    product: Product | None = None
    filer: Filer | None = None
    covers: tuple[str, ...] = ()
    """What the organisation's valid contracts under this agreement cover; empty: they tell no covers apart."""
    has_registered: bool | None = None
    """Whether the organisation has registered any product; None: unknown (OL-01)."""
    accepted: bool = True
    """Whether the implementation project is accepted (PC-16)."""
    representatives: dict[Party, Name] = {}
    """The persons named to agree that a ticket is solved (TF-11)."""
    success_manager: Name | None = None
    success_manager_name: Line | None = None
    service: Name | None = None
    """The service of ours that is down: the ticket is a service interruption since `down_since`."""
    down_since: Instant | None = None
    ahead: int = Field(0, ge=0)
    """Seconds before its due instant at which an update that nobody wrote goes out (domain.ahead)."""
    attachments: Attachments = ()
