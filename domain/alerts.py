"""What becomes of an alert that fires: a ticket of its own, a word on the one it has, its reopening, or a storm's list.

An *episode* is one firing of an alert. The same episode is told once; a new one goes on with the alert's ticket as
long as that can be reopened; and whatever a monitor sends, a group of alerts makes no more than so many tickets in a
time. All of it is decided from what is known of the alert's last ticket and of its group; `now` is an argument.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from domain.base import Instant, Model
from domain.words import Status


class Place(StrEnum):
    """Where an episode belongs: to a ticket of its own, to the alert's ticket, or to its group's storm."""

    opens = "opens"
    joins = "joins"
    reopens = "reopens"
    storm = "storm"


class Outcome(StrEnum):
    """What became of an episode. `listed`: kept under its ticket without a word; `pending`: not carried out yet."""

    pending = "pending"
    opened = "opened"
    joined = "joined"
    reopened = "reopened"
    listed = "listed"
    skipped = "skipped"


class Bounds(Model):
    """How much a group of alerts may do: `tickets` opened or reopened within any stretch of `within`.

    The last of them is the storm's, under which all further alerts are listed. `words`: how often one ticket is told
    that an alert fires again within `words_within`, and as often that it has ended.
    """

    tickets: int = Field(10, ge=1, le=1_000)
    within: timedelta = Field(timedelta(minutes=5), gt=timedelta(0), le=timedelta(days=7))
    words: int = Field(3, ge=1, le=100)
    words_within: timedelta = Field(timedelta(hours=1), gt=timedelta(0), le=timedelta(days=7))


class Standing(Model):
    """The ticket that an alert had last. `restored`: it is an interruption of a service that is up again."""

    ticket: str
    status: Status
    reopen_until: Instant | None = None
    restored: bool = False


def place(last: Standing | None, taken: int, bounds: Bounds, now: datetime) -> Place:
    """Where a new episode belongs. `taken`: tickets that its group has opened or reopened in the stretch up to now.

    Each outage of a service is a ticket of its own, because its length counts: a restored one is not gone on with.
    """
    if last is not None and not last.restored and not _closed(last.status):
        return Place.joins
    if taken >= bounds.tickets - 1:
        return Place.storm
    return Place.reopens if last is not None and can_reopen(last, now) else Place.opens


def can_reopen(last: Standing, now: datetime) -> bool:
    """Whether its reopening window stands open."""
    within = last.reopen_until is not None and now < last.reopen_until
    return last.status is Status.closed and within and not last.restored


def goes_on(last: Standing | None) -> bool:
    """Whether a firing without a start of its own belongs to the episode that has not ended: its ticket is open.

    Somebody has closed it otherwise, and the monitor says that the trouble is still there, or there again.
    """
    return last is not None and not last.restored and not _closed(last.status)


def worth_telling(others_firing: bool, told: int, bounds: Bounds) -> bool:
    """Whether a ticket is told of a firing or an end: it changes what the ticket knows, and was not told too often."""
    return not others_firing and told < bounds.words


def milestone(members: int) -> bool:
    """Whether a storm tells its ticket that it has grown: at 10 alerts, 100, 1,000 and so on."""
    return members >= 10 and members == 10 ** (len(str(members)) - 1)


def _closed(status: Status) -> bool:
    return status in (Status.closed, Status.archived)
