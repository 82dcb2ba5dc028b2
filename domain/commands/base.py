"""Who acts, and the kinds of text that a command carries."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from domain.base import Model
from domain.words import STAFF, Party, Role

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
