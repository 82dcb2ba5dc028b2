"""What happened between a ticket and the defect that it waits for."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.words import Level


class DefectAwaited(Model):
    type: Literal["defect_awaited"] = "defect_awaited"
    defect: str
    reason: str
    workaround: str = ""
    """The way around it until then, as the client reads it."""


class DefectLeft(Model):
    type: Literal["defect_left"] = "defect_left"
    defect: str
    reason: str


class DefectNews(Model):
    """R&D's answer number `announcement` has reached the ticket; it still waits, unless rejected.

    `before` is the level that a rejected one comes back from to support. `release` is one that is for other versions.
    """

    type: Literal["defect_news"] = "defect_news"
    defect: str
    announcement: int
    text: str
    rejected: bool = False
    release: str | None = None
    before: Level | None = None
    reopen_until: Instant | None = None
    """Where the ticket is closed: until when it can be reopened from now on."""


class ReleaseOffered(Model):
    """The release that fixes the defect is published: the ticket goes on, and can have it installed.

    `proposed`: a proposal to resolve follows, which tells the client of it; `keeps`: the promise that closed the ticket
    is kept by it, which tells the client too. `before` and `reopen_until` as above.
    """

    type: Literal["release_offered"] = "release_offered"
    defect: str
    announcement: int
    release: str
    text: str
    installation: bool = False
    proposed: bool = False
    keeps: bool = False
    before: Level | None = None
    reopen_until: Instant | None = None


class InstallationAsked(Model):
    type: Literal["installation_asked"] = "installation_asked"
    release: str
    text: str
