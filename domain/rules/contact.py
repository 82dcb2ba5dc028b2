"""How client and support keep in touch: progress asked for, remote sessions."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain import keeping
from domain.draft import Draft
from domain.errors import DomainError
from domain.rules.shape import Decisions, in_work
from domain.words import Contact


def _ask_progress(draft: Draft, step: cmd.AskProgress) -> None:
    """At any time while the ticket is not closed (OL-13); what is known is told at once, support answers later."""
    draft.add(ev.ProgressAsked(text=step.text or ""))


def _offer_session(draft: Draft, step: cmd.OfferSession) -> None:
    """Remote hands, where something must be seen (1L-10); a person of ours tells the client, as with a comment."""
    in_work(draft, "offer a remote session")
    if step.at <= draft.now:
        raise DomainError("session_in_the_past", "A session lies ahead. Name a later instant.")
    draft.add(ev.SessionOffered(session_at=step.at, text=step.text))
    keeping.client_heard(draft, Contact.comment)


DECISIONS: Decisions = {cmd.AskProgress: _ask_progress, cmd.OfferSession: _offer_session}
