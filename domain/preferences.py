"""What a person wishes of our messages: by which ways, in which language, and when not."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.base import Model
from domain.quiet import QuietHours
from domain.words import Subject, Way

Chosen = Annotated[tuple[Literal["mail", "chat"], ...], Field(max_length=2)]


class Preferences(Model):
    """`ways`: for a subject, the ways wanted; one that is not named goes by mail, and by chat where there is one.

    An empty list of ways: only what the agreement demands. `language` is for staff; a contact's is its own.
    """

    ways: dict[Subject, Chosen] = {}
    quiet: Annotated[tuple[QuietHours, ...], Field(max_length=14)] = ()
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None

    def wants(self, subject: Subject, way: Way) -> bool:
        """Whether a message about `subject` is to go by `way`."""
        return str(way) in self.ways.get(subject, (Way.mail, Way.chat))
