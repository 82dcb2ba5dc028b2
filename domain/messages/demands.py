"""What a message may not be denied: the way that the agreement demands for it, and to go out at once.

A reader's wishes end where a promise begins: whoever could switch off the progress report, or have it wait until
morning, would make us break what was agreed.
"""

from __future__ import annotations

from domain.ticket import Ticket
from domain.words import Channel, Means, Way

_UPDATES = frozenset({"update", "update_automatic", "progress"})
KEEPS = frozenset(
    {
        "opened", "first_response", "severity", "times_moved", "interval", "question", "intake", "resolution",
        "consent_reminder", "quote", "closed_silence", "excluded", "package_warned", "commitment_kept", "release",
        "call_not_reached",
        "staff_opened", "staff_assigned", "staff_escalated", "staff_manager", "staff_warning", "staff_missed",
        "staff_commitment_due", "staff_consent_asked", "staff_installation",
    }
)  # fmt: skip
"""They keep a promise, start or stop a time that somebody counts on, or ask for what has a deadline."""


def demanded(state: Ticket, template: str) -> tuple[Way, ...]:
    """The ways of a ticket's message that its reader cannot switch off."""
    contact = state.terms.contact
    if template in _UPDATES:
        return (Way.mail,) if not contact.updates_by or Means.email in contact.updates_by else ()
    if template in KEEPS or _only_by_mail(state, template):
        return (Way.mail,)
    return ()


def can_wait(state: Ticket, template: str) -> bool:
    """Whether quiet hours may hold it: it keeps no promise, and the ticket is none of the most severe."""
    most_severe = next(iter(state.terms.severities)) == state.severity
    return template not in KEEPS | _UPDATES and not most_severe


def _only_by_mail(state: Ticket, template: str) -> bool:
    """Word to the client where mail is the only written way that the agreement prefers at this severity (TF-01)."""
    preferred = state.terms.contact.preferred.get(state.severity, ())
    return not template.startswith("staff_") and Channel.email in preferred and Channel.portal not in preferred
