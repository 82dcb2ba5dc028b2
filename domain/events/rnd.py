"""What happened between a ticket and the defect that it waits for."""

from __future__ import annotations

from typing import Literal

from domain.base import Model


class DefectAwaited(Model):
    type: Literal["defect_awaited"] = "defect_awaited"
    defect: str
    reason: str


class DefectLeft(Model):
    type: Literal["defect_left"] = "defect_left"
    defect: str
    reason: str


class DefectNews(Model):
    """R&D's answer number `announcement` has reached the ticket; it still waits, unless rejected."""

    type: Literal["defect_news"] = "defect_news"
    defect: str
    announcement: int
    text: str
    rejected: bool = False


class ReleaseOffered(Model):
    """The release that fixes the defect is published: the ticket goes on, and can have it installed."""

    type: Literal["release_offered"] = "release_offered"
    defect: str
    announcement: int
    release: str
    text: str
    installation: bool = False


class InstallationAsked(Model):
    type: Literal["installation_asked"] = "installation_asked"
    release: str
    text: str
