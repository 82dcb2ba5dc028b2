"""What our messages are about, and those that no wish can hold back, in words for people."""

from __future__ import annotations

from api.pages.catalogue import mark as _
from domain.words import Subject

SUBJECTS: dict[Subject, str] = {
    Subject.opening: _("New tickets"),
    Subject.progress: _("Progress"),
    Subject.conversation: _("Questions, answers, comments"),
    Subject.escalation: _("Escalations"),
    Subject.resolution: _("Solutions and consent"),
    Subject.closing: _("Closing and reopening"),
    Subject.money: _("Hours and quotes"),
    Subject.deadlines: _("Deadlines"),
    Subject.service: _("Services and maintenance"),
}
ALWAYS: dict[str, str] = {
    "opened": _("that a ticket has reached us"),
    "first_response": _("the first response"),
    "severity": _("a changed severity"),
    "times_moved": _("changed times"),
    "interval": _("a changed interval of reports"),
    "question": _("questions to you"),
    "intake": _("what the agreement asks for"),
    "resolution": _("proposed solutions"),
    "consent_reminder": _("reminders of a solution that waits for you"),
    "quote": _("quotes"),
    "closed_silence": _("closing after silence"),
    "excluded": _("that something is not covered"),
    "package_warned": _("an hour package that runs out"),
    "commitment_kept": _("a promise that is kept"),
    "release": _("a release that corrects something for you"),
    "call_not_reached": _("a call that did not reach you"),
    "staff_opened": _("new tickets of your team"),
    "staff_assigned": _("tickets assigned to you"),
    "staff_escalated": _("tickets escalated to you"),
    "staff_manager": _("that a manager is asked for"),
    "staff_warning": _("promises that are near to being missed"),
    "staff_missed": _("missed promises"),
    "staff_commitment_due": _("promised work that falls due"),
    "staff_consent_asked": _("a consent that waits for you"),
    "staff_installation": _("installations that are asked for"),
}
"""By the name of the message. A test holds that none is missing."""
