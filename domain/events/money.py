"""What happened to hours and money on a ticket."""

from __future__ import annotations

from typing import Literal

from domain.base import Instant, Model
from domain.commands import Name
from domain.commands.money import Amount, Currency
from domain.words import Cover, Work


class TimeLogged(Model):
    """One intervention. Minutes: `worked` as reported, `counted` rounded up, `charged` of these to `cover`.

    `taken` is the whole of what the ticket has taken from each package after it.
    """

    type: Literal["time_logged"] = "time_logged"
    entry: int
    work: Work
    began_at: Instant
    worked: int
    counted: int
    charged: int
    cover: Cover
    text: str
    taken: dict[Name, int] = {}
    left: int | None = None


class HoursMoved(Model):
    """The request was reclassified: time counted before is now charged otherwise (1L-26).

    Minutes: `charged` by the number of each entry that changes, to `cover` from now on; `minutes` what the ticket is
    charged to `cover` in all; `taken` by package, after it.
    """

    type: Literal["hours_moved"] = "hours_moved"
    cover: Cover
    minutes: int
    charged: dict[int, int] = {}
    taken: dict[Name, int] = {}
    left: int | None = None


class PackageWarned(Model):
    """A package's use has passed the share of which the client is warned. Minutes: `left` in it, `all_left` in all."""

    type: Literal["package_warned"] = "package_warned"
    package: str
    left: int
    all_left: int = 0


class QuoteAsked(Model):
    """The client asks what the work would take."""

    type: Literal["quote_asked"] = "quote_asked"
    text: str


class QuoteMade(Model):
    """The newest quote, open until it is answered or expires."""

    type: Literal["quote_made"] = "quote_made"
    quote: int
    text: str
    minutes: int
    amount: Amount | None = None
    currency: Currency | None = None
    valid_until: Instant


class QuoteAccepted(Model):
    """The client orders the work as quoted."""

    type: Literal["quote_accepted"] = "quote_accepted"
    quote: int


class QuoteRefused(Model):
    """The client does not want it as quoted."""

    type: Literal["quote_refused"] = "quote_refused"
    quote: int
    reason: str


class QuoteExpired(Model):
    """Nobody answered the quote while it stood."""

    type: Literal["quote_expired"] = "quote_expired"
    quote: int


class InterventionReported(Model):
    """The client receives the report of the entries up to number `entry` (1L-21)."""

    type: Literal["intervention_reported"] = "intervention_reported"
    entry: int
