"""Refusals in a client's language: what the rules and the doors say in English, in plain words with what to do next."""

from __future__ import annotations

from typing import Any

from api.pages.catalogue import ENGLISH, say
from api.pages.catalogue import mark as _
from api.pages.forms import Form
from api.pages.refusals import plain_fault, refused_in_words
from domain.errors import DomainError

_WORDS = {
    "awaiting_consent": _("A solution is proposed. Agree to it, or refuse it with the reason, before you go on."),
    "nothing_asked": _("The question has been answered already. Add what you have to say as a comment."),
    "nothing_to_consent": _("No solution waits for your word any longer. See below how the ticket stands."),
    "nothing_to_refuse": _("No solution waits for your word any longer. See below how the ticket stands."),
    "already_consented": _("Your side has agreed already."),
    "not_the_representative": _("Your contract names the person who agrees for your side; only that person can."),
    "not_yours_to_consent": _("The agreement does not ask for your side's consent."),
    "not_closed": _("The ticket is open. Add a comment instead."),
    "reopening_window_over": _("The time for reopening is over. File a new ticket and name this one."),
    "ticket_closed": _("The ticket is closed. Reopen it first, or file a new one."),
    "ticket_archived": _("The ticket is closed for good. File a new one and name this one."),
    "no_quotes": _("The agreement speaks of no quotes. Ask in a comment instead."),
    "quote_open": _("A quote is waiting for your answer already."),
    "unknown_quote": _("There is a newer quote than this one. See it on the ticket's page."),
    "quote_not_open": _("This quote no longer waits for an answer. Ask for another one."),
    "no_release": _("No correction has been offered on this ticket that could be installed."),
    "installation_not_offered": _("The agreement offers no installation. File a new ticket for it."),
    "nothing_supplied": _("Nothing was filled in."),
    "changed_meanwhile": _("The ticket has just been changed by somebody else. Look at it again, then send it again."),
    "idempotency_conflict": _("This form was sent already with other words. See below what has reached us."),
    "ticket_lost": _("The ticket cannot be reached just now. Please tell us its number by telephone or e-mail."),
    "ticket_full": _("The ticket cannot take more files. Put large ones where we can fetch them, and tell us where."),
    "too_many_attachments": _("These are too many files for one message. Send the others with another one."),
    "unknown_attachment": _("One of the files is no longer there. Choose it again."),
    "several_contracts": _("Choose the contract that it is about."),
    "no_contact": _("We know nobody of yours to write to. Please call us."),
    "engine_away": _("We could not take it in just now. Send it again: nothing is done twice."),
    "address_taken": _("Somebody of yours has this e-mail address already."),
    "own_rights": _("You cannot take your own rights away. Have another key user do it."),
    "representative_needed": _(
        "A contract names this person as the one who agrees for your side. Have another person named there first."
    ),
}
_NOT_SERVED = {
    "cover_missing": _("“%(what)s” needs a contract in force that covers it, and there is none%(clause)s. %(way)s"),
    "language_not_served": _("Requests in this language are not included%(clause)s. Write in one of: %(what)s."),
    "referred": _(
        "Requests are taken from certain people of your organisation only%(clause)s. Please turn to them: %(what)s"
    ),
    "version_not_supported": _("%(what)s is not supported%(clause)s. %(way)s"),
    "not_registered": _(
        "The product is not registered for your organisation%(clause)s. Have it registered with its serial number, "
        "then file the request again."
    ),
    "prerequisite_missing": _(
        "This request cannot be treated under the agreement, because the answer is no to: “%(what)s”%(clause)s. %(way)s"
    ),
    "not_handled_here": _("“%(what)s” is not treated under this agreement%(clause)s. %(way)s"),
}
"""What an agreement does not serve. In English the rules' own sentence says it more exactly."""


def refusal_in_words(code: str, message: str, language: str) -> str:
    """The refusal for a person; the door's own sentence where this is no client's everyday refusal."""
    return say(language, _WORDS[code]) if code in _WORDS else refused_in_words(code, message, language)


def not_served_in_words(refused: DomainError, language: str) -> str:
    """The same for a request that the agreement does not serve: reason, clause, and the way that stays open."""
    if language == ENGLISH or refused.code not in _NOT_SERVED or not refused.parts:
        return refusal_in_words(refused.code, refused.message, language)
    parts = {"what": "", "clause": "", "way": "", **refused.parts}
    return say(language, _NOT_SERVED[refused.code], **parts).strip()


def faults_in_words(form: Form[Any], language: str) -> None:
    """Puts what a model says of a field into plain words."""
    for name, told in form.errors.items():
        if name:
            form.errors[name] = say(language, plain_fault(told))
