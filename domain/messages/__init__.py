"""Messages: who is told what when an event happens. Pure; the words themselves are written at delivery.

The client is told by its contact's id, staff by assignee, team (level and group) or role: no address passes here.
Each module knows the facts of one subject.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.events import Event
from domain.messages import contact, interval, life, money, provider, rnd, rollout, scope
from domain.messages.demands import can_wait, demanded
from domain.messages.shape import Message, Recipient, Telling, Told, short_cause
from domain.ticket import Ticket
from domain.words import Party

__all__ = ["Message", "Recipient", "messages"]

_TELLING: Telling = {
    **life.TELLING, **contact.TELLING, **interval.TELLING, **scope.TELLING, **money.TELLING, **rnd.TELLING,
    **provider.TELLING, **rollout.TELLING,
}  # fmt: skip


_CLIENTS = ("client", "client_representative")


def messages(state: Ticket, event: Event) -> list[Message]:
    """The messages that `event` calls for; `state` is the state after it."""
    fact = event.fact
    write = _TELLING.get(type(fact))
    if write is None:
        return []
    cause = short_cause(event)
    told = list(write(state, fact, event))
    names = [one.name for one in getattr(getattr(fact, "opening", fact), "attachments", ())]
    files = {"files": names} if names else {}
    spoken = [_language(state, who, event.at) for who, _, _ in told]
    return [
        Message(
            key=f"{state.id}:{event.sequence}:{template}{_again(told, number)}:{cause}",
            ticket=state.id,
            sequence=event.sequence,
            to=_recipient(state, who),
            template=template,
            language=spoken[number],
            data={**_about(state, spoken[number]), **files, **data},
            reply=_reply(state, who),
            severity=state.severity,
            demanded=demanded(state, template),
            can_wait=can_wait(state, template),
        )
        for number, (who, template, data) in enumerate(told)
    ]


def _language(state: Ticket, who: str, at: datetime) -> str:
    """The language of a message. Extended cover has one of its own while the local hours are over (OL-04).

    Where regions have languages of their own, staff reads the one that they share.
    """
    if who not in _CLIENTS and state.terms.fallback:
        return state.terms.fallback
    extended = state.extended_cover
    if extended and extended.language and who in _CLIENTS and not state.terms.calendars[extended.local].is_open(at):
        return extended.language
    return state.terms.language(state.language)


def _reply(state: Ticket, who: str) -> Recipient | None:
    """Where a client's reply goes, where the agreement names a level that stays the contact (OL-24)."""
    level = state.terms.contact.stays
    return Recipient(kind="team", id=str(level)) if level and who in _CLIENTS else None


def _again(told: list[Told], number: int) -> str:
    """Tells apart messages of one event and template that go to several people."""
    before = sum(told[number][1] == template for _, template, _ in told[:number])
    return f".{before + 1}" if before else ""


def _recipient(state: Ticket, who: str) -> Recipient:
    if who == "client":
        return Recipient(kind="contact", id=state.contact)
    if who == "client_representative":
        return Recipient(kind="contact", id=state.representatives[Party.client])
    if who == "provider_representative":
        return Recipient(kind="staff", id=state.representatives[Party.provider])
    if who == "assignee" and state.assignee is not None:
        return Recipient(kind="staff", id=state.assignee)
    if who in ("assignee", "team"):
        return Recipient(kind="team", id=f"{state.level}/{state.group}" if state.group else str(state.level))
    kind, _, name = who.partition("/")
    if kind == "staff":
        return Recipient(kind="staff", id=name)
    if kind == "team":
        return Recipient(kind="team", id=f"{state.level}/{name}")
    if who == "lead" and state.group:
        return Recipient(kind="role", id=f"lead/{state.level}/{state.group}")
    return Recipient(kind="role", id=who)


def _about(state: Ticket, language: str) -> dict[str, Any]:
    said = state.terms.said
    return {
        "subject": state.subject,
        "severity": said(state.severity_terms.title, language, state.severity),
        "level": str(state.level),
        "group": _group(state, language),
        "status": str(state.status),
        "zone": state.terms.zone,
        "since": (state.at_level_since or state.opened_at).isoformat(),
        **_stays(state, language),
    }


def _stays(state: Ticket, language: str) -> dict[str, Any]:
    """Who stays the client's contact whoever works on the ticket, where the agreement says so (OL-24)."""
    level = state.terms.contact.stays
    if level is None:
        return {}
    return {"contact": state.terms.said(state.terms.levels[level].title, language, str(level))}


def _group(state: Ticket, language: str) -> str | None:
    title = state.level_terms.groups.get(state.group or "", {})
    return state.terms.said(title, language, state.group or "") or None
