"""A release: a published version of a product, and the defects that it fixes. Pure."""

from __future__ import annotations

import hashlib

from domain.base import Instant, Model
from domain.commands import Actor, Line, Name, Text
from domain.defects import DefectCommand, DefectId, FixDefect


class Release(Model):
    """Published by R&D. `line` names the supported versions that it is for ("11"); without one it is for all."""

    product: Name
    version: Name
    line: Line | None = None
    fixes: tuple[DefectId, ...] = ()
    text: Text
    published_at: Instant
    by: Actor
    digest: str = ""

    @property
    def name(self) -> str:
        """As people say it."""
        return f"{self.product} {self.version}"


def fix_of(release: Release) -> DefectCommand:
    """The command by which each of its defects learns of it; the id is the same however often it is sent."""
    return DefectCommand(
        id=f"release:{hashlib.sha256(release.name.encode()).hexdigest()[:32]}",
        by=release.by,
        step=FixDefect(release=release.name, line=release.line, text=release.text),
    )
