"""Words that several pages of the portal share."""

from __future__ import annotations

from dataclasses import dataclass

from api.pages.catalogue import mark as _

STATUS = {
    "new": ("calm", _("received")),
    "open": ("calm", _("in work")),
    "waiting": ("soon", _("waits for you")),
    "resolved": ("soon", _("solution proposed")),
    "closed": ("good", _("closed")),
    "archived": ("", _("closed for good")),
}
"""Colour of the chip and words of a status."""

AWAITED = {
    "answer": _("your answer"),
    "consent": _("your word on the solution"),
    "quote": _("your word on the quote"),
    "intake": _("missing information"),
}

COVERS = {
    "included": _("included"),
    "deducted": _("taken from your hours"),
    "billable": _("billed"),
    "not_handled": _("not handled here"),
}

WORKS = {
    "analysis": _("analysis"),
    "work": _("work"),
    "adjustment": _("adjustment"),
}
"""What time was spent on."""

DONE = {
    "filed": _("Your ticket is filed. You will hear from us as promised below."),
    "comment": _("Your comment has reached us."),
    "answer": _("Your answer has reached us."),
    "supply": _("Thank you: the information has reached us."),
    "ask_progress": _("We have been asked how it stands; somebody will answer you."),
    "ask_manager": _("The manager has been told."),
    "ask_quote": _("We have been asked for a quote."),
    "accept_quote": _("The quote is accepted; the work is ordered."),
    "refuse_quote": _("The quote is refused."),
    "consent": _("Thank you: you have agreed that it is solved."),
    "refuse": _("We have been told that it is not solved, and go on."),
    "ask_installation": _("The installation is asked for."),
    "withdraw": _("The ticket is withdrawn."),
    "reopen": _("The ticket is open again."),
}
"""What is said after a step, on the page that it leads back to."""


@dataclass(frozen=True)
class Offer:
    """A step that nobody waits for, with one text: the form that a client opens when it wants that."""

    operation: str
    title: str
    button: str
    label: str
    field: str = "text"
    required: bool = True
    files: bool = False
    kind: str = "secondary"
    help: str = ""


OFFERS = (
    Offer(
        "reopen", _("It came back: reopen the ticket"), _("Reopen"), _("What happens again?"), "reason", files=True,
        kind="", help=_("The time for it ends"),
    ),
    Offer(
        "ask_progress", _("Ask how it stands"), _("Ask"), _("Your question"), required=False,
        help=_("What we know is sent to you at once; somebody answers you then."),
    ),
    Offer(
        "ask_manager", _("Ask for the manager"), _("Ask for the manager"), _("What are you not satisfied with?"),
        "reason", help=_("Somebody who can decide is told at once."),
    ),
    Offer(
        "ask_quote", _("Ask for a quote"), _("Ask for a quote"), _("What shall it be for?"),
        help=_("You learn what the work would take before it is done."),
    ),
    Offer(
        "ask_installation", _("Have the correction installed"), _("Ask for the installation"),
        _("Where and when?"), help=_("The correction has been published; we can install it for you."),
    ),
    Offer(
        "withdraw", _("Withdraw the ticket"), _("Withdraw"), _("Why is it no longer needed?"), "reason",
        kind="contrast outline", help=_("It is closed; nobody works on it any longer."),
    ),
)  # fmt: skip
