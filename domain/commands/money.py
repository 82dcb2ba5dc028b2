"""Steps about hours and money: time entries, quotes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from domain.base import Instant, Model
from domain.commands.base import Name, Text
from domain.words import Work

Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Booked(Model):
    """What the hour account answered: it holds the ticket's hours from now on. All in minutes.

    `taken` is the whole of what the ticket has taken from each package, `left` what all packages in force still hold,
    `warned` those whose use has just passed the share at which the client is warned, with what each still holds.
    """

    taken: dict[Name, int] = {}
    left: int
    warned: dict[Name, int] = {}


class LogTime(Model):
    """One intervention: `minutes` as worked, before rounding; each started quarter of an hour counts (1L-18)."""

    type: Literal["log_time"] = "log_time"
    work: Work
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    began_at: Instant
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
    booked: Booked | None = None
    """Set by the ticket's workflow, when the time is deducted: never sent."""

    FACTS: ClassVar[frozenset[str]] = frozenset({"booked"})


class AskQuote(Model):
    """The client asks what the work would cost before it is done (1L-20)."""

    type: Literal["ask_quote"] = "ask_quote"
    text: Text


class MakeQuote(Model):
    """An estimate to accept: the time, and where it is billed the amount, before the work is done."""

    type: Literal["make_quote"] = "make_quote"
    text: Text
    minutes: Annotated[int, Field(ge=1, le=10_000 * 60)]
    amount: Amount | None = None
    currency: Currency | None = None


class AcceptQuote(Model):
    """The client orders the work as quoted."""

    type: Literal["accept_quote"] = "accept_quote"
    quote: int


class RefuseQuote(Model):
    """The client does not want it as quoted."""

    type: Literal["refuse_quote"] = "refuse_quote"
    quote: int
    reason: Text
