"""The pages that a mail leads to. A link only shows; whatever changes something is a button on the page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from activities.phrases import Phrases
from domain.messages import Message

_ANSWERED = frozenset({"resolution", "consent_reminder"})


@dataclass(frozen=True)
class Action:
    """A button: what it says and where it leads."""

    label: str
    address: str


def actions(message: Message, pages: str | None, p: Phrases) -> tuple[Action, ...]:
    """The most wanted first; none about no ticket, or where nobody has said under which address the pages are."""
    if message.template == "sign_in_link":
        return (Action(p.say("Sign in"), message.data["page"]),)
    if pages is None or message.ticket is None:
        return ()
    ticket = quote(message.ticket, safe="")
    if message.to.kind != "contact":
        return (Action(p.say("Open the ticket"), f"{pages}/board/tickets/{ticket}"),)
    page = f"{pages}/portal/tickets/{ticket}"
    shown = (Action(p.say("Open the ticket"), page),)
    if message.template in _ANSWERED and not message.data.get("represented"):
        return (Action(p.say("Accept or refuse"), f"{page}/consent"), *shown)
    if message.template == "quote":
        return (Action(p.say("Look at the quote"), f"{page}/quotes/{int(message.data['quote'])}"), *shown)
    return shown
