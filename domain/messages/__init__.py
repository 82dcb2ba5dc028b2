"""Messages: who is told what when an event happens. Pure; the words themselves are written at delivery.

The client is told by its contact's id, staff by assignee, team (level and group) or role: no address passes here.
Each module knows the facts of one subject.
"""

from __future__ import annotations

import zlib
from typing import Any

from domain.events import Event
from domain.messages import contact, life, money, provider, rnd, scope
from domain.messages.shape import Message, Recipient, Telling
from domain.ticket import Ticket

__all__ = ["Message", "Recipient", "messages"]

_TELLING: Telling = {
    **life.TELLING, **contact.TELLING, **scope.TELLING, **money.TELLING, **rnd.TELLING, **provider.TELLING,
}  # fmt: skip


def messages(state: Ticket, event: Event) -> list[Message]:
    """The messages that `event` calls for; `state` is the state after it."""
    fact = event.fact
    write = _TELLING.get(type(fact))
    if write is None:
        return []
    cause = f"{zlib.crc32(event.cause.encode()):08x}"
    return [
        Message(
            key=f"{state.id}:{event.sequence}:{template}:{cause}",
            ticket=state.id,
            sequence=event.sequence,
            to=_recipient(state, who),
            template=template,
            language=state.terms.language(state.language),
            data={**_about(state), **data},
        )
        for who, template, data in write(state, fact, event)
    ]


def _recipient(state: Ticket, who: str) -> Recipient:
    if who == "client":
        return Recipient(kind="contact", id=state.contact)
    if who == "assignee" and state.assignee is not None:
        return Recipient(kind="staff", id=state.assignee)
    if who in ("assignee", "team"):
        return Recipient(kind="team", id=f"{state.level}/{state.group}" if state.group else str(state.level))
    return Recipient(kind="role", id=who)


def _about(state: Ticket) -> dict[str, Any]:
    language = state.terms.language(state.language)
    title = state.severity_terms.title
    return {
        "subject": state.subject,
        "severity": title.get(language, state.severity),
        "level": str(state.level),
        "group": _group(state, language),
        "status": str(state.status),
        "zone": state.terms.zone,
        "since": (state.at_level_since or state.opened_at).isoformat(),
    }


def _group(state: Ticket, language: str) -> str | None:
    title = state.level_terms.groups.get(state.group or "", {})
    return title.get(language, state.group)
