"""What a refusal says in another language than English: a sentence for each code, with what to do next.

In English the rules' and the doors' own sentence is shown, for it names what it is about. A door may have plainer words
of its own (api/portal/refusals.py).
"""

from __future__ import annotations

from api.pages.catalogue import ENGLISH, say
from api.pages.catalogue import mark as _

WORDS: dict[str, str] = {
    "already_acknowledged": _("The first response was given already. Comment, or post a status update."),
    "already_asked": _("A question to the client is open already. Add to it with a comment."),
    "already_assigned": _("The ticket is assigned to them already."),
    "already_consented": _("This side has consented already; the other one is being asked."),
    "already_taken": _("You have taken this call already."),
    "call_over": _("This call is over. See which one is to be made now."),
    "no_call": _("No call to the client is called for."),
    "try_in_the_past": _("The next try lies ahead. Name a later instant."),
    "already_there": _("The ticket is at that level and group already."),
    "not_in_group": _(
        "This person belongs to none of the ticket’s groups. Name somebody who does, or escalate to that group as well."
    ),
    "assignee_twice": _("Somebody is named twice. Name each person once."),
    "forecast_in_the_past": _("A forecast lies ahead. Name a later instant, or leave it out."),
    "group_twice": _("A group is named twice. Name each group once."),
    "reason_for_billing_missing": _("Work at this level is billed, and the client has to learn why. Say it."),
    "session_in_the_past": _("A session lies ahead. Name a later instant."),
    "unknown_means": _("The agreement has no updates by this means. Choose another one."),
    "already_attributed": _("The cause of the outage is noted already."),
    "already_cancelled": _("The window is cancelled already."),
    "already_fixed_there": _("That this release corrects it has been announced already."),
    "already_heard": _("The ticket has heard this news already."),
    "already_waiting_for_defect": _("The ticket waits for another defect already. Leave that one first."),
    "defect_exists": _("There is a defect of this number already. Choose another number, or use it."),
    "defect_missing": _("This root cause needs a bug report: link the ticket to its defect first."),
    "defect_not_fixed": _("No release corrects it yet. Publish one, or reject it and say why."),
    "defect_settled": _("The defect is settled: nothing more comes of it. Open a new one."),
    "installation_not_offered": _("The agreement offers no installation. Open a new request."),
    "no_release": _("No release has been offered on this ticket that could be installed."),
    "not_waiting_for_defect": _("The ticket does not wait for this defect."),
    "root_cause_missing": _("The agreement asks for the root cause: give its kind, and what was found."),
    "unknown_defect": _("There is no such defect."),
    "workaround_missing": _(
        "At this severity the client is offered a workaround where possible: give one, or say that there is none."
    ),
    "awaiting_consent": _("A resolution is proposed. Wait for the client’s answer, or propose another one."),
    "group_gone": _("The new revision has no such group, where the ticket stands. Move the ticket first."),
    "idempotency_conflict": _("This form was sent already with other words. Look at what has reached us."),
    "interval_gone": _("The new revision has no such interval, which the ticket keeps. Agree on another one first."),
    "kind_gone": _("The new revision has no such kind of request. Classify the ticket anew first."),
    "level_gone": _("The new revision has no such level, where the ticket stands. Move the ticket first."),
    "interval_fixed": _("The agreement fixes the interval of its progress reports."),
    "amount_missing": _("This work is billed. Quote its amount and currency as well."),
    "before_opening": _("This intervention began more than a week before the ticket was opened. Check the date."),
    "changed_meanwhile": _("The ticket has just been changed by somebody else. Look at it again, then send it again."),
    "hours_used_up": _(
        "The hour packages do not hold as much as this needs. Sell the client a new one, or make a quote first."
    ),
    "no_quotes": _("The agreement speaks of no quotes. Tell the client in a comment instead."),
    "not_worked_yet": _("This intervention would end in the future. Log it when it is over."),
    "not_yours_to_log": _("Only our staff logs the time that it has worked."),
    "not_yours_to_order": _("Only the client answers a quote: it is the client who pays."),
    "not_yours_to_quote": _("Only our staff makes quotes."),
    "nothing_to_quote": _("Nothing is charged for this kind of request. Classify it first, if it is something else."),
    "over_the_cap": _(
        "This is more work than the contract includes for this kind of request. Hand it over, or classify it "
        "as what it is."
    ),
    "quote_exceeded": _(
        "This goes beyond what the client has ordered. Make a quote of what is still to do, and wait until "
        "it is accepted."
    ),
    "quote_in_hours": _("This work is deducted from the hour packages. Quote the time alone, without an amount."),
    "quote_needed": _("This work is billed and needs a quote first. Make one, and wait until it is accepted."),
    "quote_not_open": _("This quote no longer waits for an answer. Ask for another one."),
    "quote_open": _("A quote waits for the client’s answer. Wait for it first."),
    "too_many_entries": _("The ticket cannot take more time entries. Open another one for what is still to do."),
    "unknown_quote": _("There is no such quote to answer; look at the newest one."),
    "unknown_work": _("The agreement counts no such work. Choose another kind."),
    "not_closed": _("The ticket is not closed. Add a comment, or refuse the resolution."),
    "not_evaluated": _("Before the first response the agreement wants the severity and what goes with it to be set."),
    "nothing_asked": _("No question is open. Add the information as a comment."),
    "nothing_to_consent": _("No resolution is waiting for consent."),
    "nothing_promised": _("No commitment of this ticket is open."),
    "nothing_to_refuse": _("No resolution is waiting for consent."),
    "no_interruption": _("The ticket is about no interruption of a service."),
    "maintenance_limit": _(
        "This is more maintenance than the agreement allows. Choose a shorter time, or have a manager force it."
    ),
    "service_still_down": _("The service counts as down. Say first since when it is up again."),
    "windows_overlap": _("Another window is planned at that time. Cancel it first, or choose another time."),
    "window_begun": _("The window has begun: what was done in it cannot be taken back."),
    "other_agreement": _("The ticket is kept under another agreement."),
    "reopening_window_over": _("The time for reopening is over. Open a new ticket and name this one."),
    "severity_gone": _("The new revision has no such severity. Set another one first."),
    "severity_unchanged": _("The ticket has this severity already."),
    "terms_unchanged": _("The ticket is kept under this revision already."),
    "silence_not_allowed": _("The client is told of a change of severity. Leave the tick out."),
    "ticket_archived": _("The ticket is archived. Reopen it, or open a new one."),
    "ticket_closed": _("The ticket is closed. Reopen it first, or open a new one."),
    "ticket_lost": _(
        "The ticket cannot be reached: neither the engine nor the database has it whole. Tell operations."
    ),
    "force_by_manager": _("Only a manager can plan maintenance beyond the limit. Ask one."),
    "not_the_representative": _("The contract names who agrees for this side; only that person can."),
    "not_yours_to_consent": _("The agreement does not ask for your consent."),
    "not_yours_to_refuse": _("Only a side whose consent is asked can refuse."),
    "down_in_the_future": _("An interruption begins when it is here. Name an earlier instant."),
    "not_beforehand": _("Maintenance is announced beforehand. Let it start later."),
    "not_within_the_outage": _("The service came up again after it went down, and not in the future. Check the time."),
    "promise_in_the_past": _("The promised date has passed already. Promise a later one."),
    "promise_needs_a_date": _("A resolution of this kind is a promise: say by when."),
    "promise_not_tracked": _("Nobody would follow this date. Leave it out for this kind of resolution."),
    "window_not_possible": _("A window ends after it starts, and lasts 31 days at most."),
    "unknown_group": _("The agreement has no such group at this level. Choose one of its groups, or none."),
    "unknown_impact": _("The agreement has no such impact. Choose another one."),
    "unknown_interval": _("The agreement has no such interval. Write it as in: 4 h, or 3 business days."),
    "unknown_level": _("The agreement has no such level. Choose another one."),
    "unknown_resolution": _("The agreement knows no such resolution. Choose another one."),
    "unknown_severity": _("The agreement has no such severity. Choose another one."),
    "unknown_programme": _(
        "The contract names a programme that its agreement does not offer. Have the contract corrected."
    ),
    "unknown_request": _("The agreement has no such kind of request. Choose another one."),
    "unknown_intake": _("The agreement does not ask for this. Leave it out."),
    "unknown_exclusion": _("The agreement has no such exclusion. Choose another one."),
    "intake_unreadable": _("One of the answers is of the wrong kind. Check what you have typed."),
    "nothing_supplied": _("Nothing was filled in."),
    "not_handled_here": _(
        "This kind of request is not treated under the agreement. Classify the ticket as what is, or close it."
    ),
    "language_not_served": _("Requests in this language are not included."),
    "referred": _("Requests are taken from certain people of the organisation only."),
    "not_registered": _("The product is not registered for the organisation."),
    "version_not_supported": _("This version is not supported."),
    "cover_missing": _("No contract in force covers this kind of request."),
    "prerequisite_missing": _("A prerequisite of the agreement is missing."),
    "kind_unchanged": _("The ticket is classified like that already."),
    "intake_missing": _(
        "No work begins before the client has given what the agreement asks for. Remind the client, or fill it in."
    ),
    "not_yours_to_exclude": _("Only our staff says what is not covered."),
    "unknown_region": _("The contract names a region that its agreement does not offer. Have the contract corrected."),
    "assignee_needed": _(
        "A ticket of this severity is worked on without a break, so somebody has to have it. Name the assignee."
    ),
    "no_contract": _(
        "The organisation has no contract in force under which a ticket could be opened. Please ask whoever "
        "keeps the contracts."
    ),
    "not_permitted": _("This is not among what your role may do."),
    "not_your_organisation": _("This belongs to another organisation."),
    "address_not_allowed": _(
        "This address is not called. It has to begin with https://, be found, and be public, without name or password."
    ),
    "too_many_webhooks": _("This client has as many webhooks as it can have. Remove one, or change what one is told."),
    "unknown_webhook": _("There is no such webhook."),
    "unknown_chat": _("This is no address of a chat that we know. See how Apprise writes it."),
    "unknown_channel": _("There is no such chat channel."),
    "unknown_owner": _("There is nobody of that name."),
    "service_exists": _("There is a service of that number already. Change it on its page."),
    "unknown_service": _("There is no such service."),
    "monitor_taken": _("Monitors know another service by this name already."),
    "unknown_window": _("There is no such maintenance."),
    "maintenance_not_foreseen": _("The agreement does not speak of planned maintenance, so there is none."),
    "unknown_contract": _("This is no contract that is still valid."),
    "no_hours": _("The agreement sells no hour packages."),
    "unknown_ticket": _("There is no such ticket. Check the number."),
    "not_found": _("There is nothing at this address."),
    "unknown_organisation": _("There is no such organisation."),
    "unknown_contact": _("There is no such contact."),
    "no_erasure": _("Nobody has asked for this person’s erasure."),
    "confirmation_missing": _("It cannot be undone: type the contact’s number once more."),
    "representative_needed": _(
        "A contract names this person as the one who agrees for their side. Have another person named there first."
    ),
    "unknown_reader": _("You are not in the directory, so no messages go to you."),
    "unknown_message": _("There is no such message."),
    "not_given_up": _("Only a message that was given up can be sent again."),
    "already_settled": _("Somebody has settled this message already."),
    "unknown_session": _("There is no such session; it has ended already."),
    "not_signed_in": _("This page is for people who are signed in; a key has no sessions."),
    "unknown_key": _("There is no such key."),
    "unknown_attachment": _("One of the files is no longer there. Choose it again."),
    "foreign_page": _(
        "This was sent from another site, or from a page that is too old. Load the page again, then send it again."
    ),
    "too_many_requests": _("Too much came from you at once. Wait a moment, then try again."),
    "too_many_commands": _("Too much is on its way to this ticket. Wait a moment, then send it again."),
    "body_too_large": _("This is too large to be taken in."),
    "engine_away": _("The engine did not answer in time. Send it again in a moment: nothing is done twice."),
    "database_away": _("The database does not answer. Try again in a moment: nothing is done twice."),
    "server_ending": _("The service is starting afresh. Try again in a moment: nothing is done twice."),
    "internal_error": _("Something went wrong on our side; it has been logged."),
    "invalid": _("This cannot be read. Check the address, or what you have typed."),
    "agreement_not_loaded": _("The contract’s agreement is not there. Please ask whoever keeps the contracts."),
}
"""By code: each that the rules know (api/http/refusal_codes.py), and those of the doors that a page can meet."""
_FIELD = _("Please fill this in.")
_TOO_LONG = _("This is too long.")
_STRANGE = _("This cannot be read. Check what you have typed.")


def refused_in_words(code: str, message: str, language: str) -> str:
    """The refusal for a person who reads `language`; `message` is what the rules or the door say in English."""
    return message if language == ENGLISH or code not in WORDS else say(language, WORDS[code])


def plain_fault(told: str) -> str:
    """What a model says of a field, as a sentence of the catalogue."""
    if told == "Field required" or "at least 1" in told:
        return _FIELD
    return _TOO_LONG if "at most" in told else _STRANGE


def fault_in_words(told: str, language: str) -> str:
    """The same for staff, who read English with what is wrong in it."""
    plain = plain_fault(told)
    return told if language == ENGLISH and plain != _FIELD else say(language, plain)
