"""A message, whom it can go to, and what a module of this room declares."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Literal

from domain.base import Model
from domain.events import Event
from domain.ticket import Ticket
from domain.words import Way


class Recipient(Model):
    """`contact` and `staff` carry a person's id; `team` is "level" or "level/group"; `role` is lead or manager.

    `webhook` is a subscription, by its id.
    """

    kind: Literal["contact", "staff", "team", "role", "webhook"]
    id: str


class Message(Model):
    """One message to be delivered at least once under its `key`, `ticket:sequence:template:cause`.

    About no ticket, the key is `subject:id:template:recipient`, and its first two parts are the mails' thread.
    The cause is part of the key because a step that was recorded but never became durable (its worker died first)
    leaves its number to another step; the receiver must not take that one for a repetition.
    """

    key: str
    ticket: str | None = None
    """Absent where it is about none: planned maintenance is told to every client."""
    sequence: int
    to: Recipient
    template: str
    language: str
    data: dict[str, Any] = {}
    reply: Recipient | None = None
    """Where the answer to it goes, where that is not the sender's address."""
    severity: str = ""
    """The ticket's, as the agreement calls it."""
    demanded: tuple[Way, ...] = ()
    """The ways that its reader cannot switch off: the message keeps a promise, or asks for what has a deadline."""
    can_wait: bool = False
    """Whether it may wait for the end of its reader's quiet hours."""
    trace: str = ""
    """The trace of the step that called for it (W3C traceparent), set when it is recorded."""


Told = tuple[str, str, dict[str, Any]]
"""(who, template, data); who is client, assignee, team, lead, manager, `staff/ID`, or `team/GROUP` of its level."""

Telling = dict[type, Callable[[Ticket, Any, Event], Iterator[Told]]]
"""For each kind of fact, what it calls for; the state is the one after it."""


def short_cause(event: Event) -> str:
    """The cause of an event as the keys of its messages carry it.

    A step of the ladder is told apart by its share too: decided again later, it may be a higher one's turn, and what
    the first had told to the team must not pass for what is due to the manager.
    """
    share = getattr(event.fact, "share", None)
    cause = event.cause if share is None else f"{event.cause}:{share}"
    return f"{zlib.crc32(cause.encode()):08x}"


def one(who: str, template: str, *fields: str) -> Callable[[Ticket, Any, Event], Iterator[Told]]:
    """One message, with these fields of the fact as its data."""

    def write(state: Ticket, fact: Any, event: Event) -> Iterator[Told]:
        yield who, template, {field: str(getattr(fact, field)) for field in fields}

    return write


def both(client: str, staff: str, *fields: str) -> Callable[[Ticket, Any, Event], Iterator[Told]]:
    """The same to the client and to the assignee, each in its own words."""

    def write(state: Ticket, fact: Any, event: Event) -> Iterator[Told]:
        data = {field: str(getattr(fact, field)) for field in fields}
        yield "client", client, data
        yield "assignee", staff, data

    return write
