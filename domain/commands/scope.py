"""Steps about what a request is and whether it is covered."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import StrictBool

from domain.attachments import Attachments
from domain.base import Model
from domain.commands.base import Line, Name, Text
from domain.commands.money import Booked
from domain.commands.opening import Product, ProductNamed


class Classify(Model):
    """Says what kind of request it is, or corrects it; where and how it is treated and paid follows (1L-26)."""

    type: Literal["classify"] = "classify"
    kind: str
    reason: Text
    group: Name | None = None
    """The competence group, where the kind's level has some and the agreement names none."""
    booked: Booked | None = None
    """Set by the ticket's workflow, when hours counted before change their payer: never sent."""

    FACTS: ClassVar[frozenset[str]] = frozenset({"booked"})


class Supply(Model):
    """Gives what the intake asked for: by item, text or, for a fact, true or false; or the product it is about."""

    type: Literal["supply"] = "supply"
    intake: dict[str, Line | StrictBool] = {}
    product: ProductNamed | None = None
    known: Product | None = None
    """The product with what we know of it."""
    attachments: Attachments = ()

    FACTS: ClassVar[frozenset[str]] = frozenset({"known", "attachments"})

    @property
    def about(self) -> Product | None:
        """The product that was given, with what is known of it."""
        return self.known or (Product(**self.product.model_dump()) if self.product else None)


class Exclude(Model):
    """Support finds that the request is not covered; the client reads why, and which way stays open."""

    type: Literal["exclude"] = "exclude"
    exclusion: str
    text: Text
