"""`routes(message, ...)`: by which ways a message goes to its reader, and from when on. Pure.

A message in the outbox says who is to learn what. Which ways that takes is decided when delivery first looks at it, so
that a step pays for nothing but its message, and a chat room that was added a minute ago is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.base import Instant, Model
from domain.messages.shape import Message, Recipient
from domain.messages.subjects import SUBJECTS
from domain.preferences import Preferences
from domain.quiet import quiet_until
from domain.words import Subject, Way


class Room(Model):
    """A chat channel and what it wants to hear: everything, or these subjects, templates and severities only."""

    id: str
    owner: Recipient
    subjects: tuple[Subject, ...] = ()
    templates: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()

    def hears(self, message: Message) -> bool:
        """Whether the message is for it. Of no severity (about no ticket): for every room that its subject fits."""
        about = not (self.subjects or self.templates)
        about = about or SUBJECTS.get(message.template) in self.subjects or message.template in self.templates
        return about and (not self.severities or not message.severity or message.severity in self.severities)


class Route(Model):
    """One way. `target` names the chat channel; `muted`: the reader does not want it, and may say so."""

    way: Way
    target: str = ""
    at: Instant
    muted: bool = False


def routes(message: Message, wishes: Preferences | None, rooms: Iterable[Room], now: Instant) -> Iterator[Route]:
    """Mail first, always one route of it; then each room of the reader that hears such messages.

    What is of no subject (a link to sign in) is for the reader's mailbox alone.
    """
    wishes = wishes or Preferences()
    subject = SUBJECTS.get(message.template)
    if subject is None:
        yield Route(way=Way.mail, at=now)
        return
    at = quiet_until(wishes.quiet, now) if message.can_wait else now
    wanted = wishes.wants(subject, Way.mail) or Way.mail in message.demanded
    yield Route(way=Way.mail, at=at, muted=not wanted)
    if wishes.wants(subject, Way.chat):
        for room in rooms:
            if room.hears(message):
                yield Route(way=Way.chat, target=room.id, at=at)


def owners(to: Recipient) -> tuple[Recipient, ...]:
    """Whose rooms a message to `to` goes to: its own, and those of the team or role that it is a part of."""
    if to.kind in ("contact", "staff"):
        return (to,)
    parts = to.id.split("/")
    return tuple(Recipient(kind=to.kind, id="/".join(parts[:length])) for length in range(len(parts), 0, -1))
