"""What clients read, template by template: what happened, what happens next, by when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Quote, Words
from activities.phrases import Phrases, mark
from activities.texts_contact import passed_on, preferred
from activities.texts_rnd import cause_parts, release_parts

Data = Mapping[str, Any]

_MEANS = {
    "call": mark("We have called you about your ticket, and noted:"),
    "conversation": mark("We have talked with you about your ticket, and noted:"),
    "email": mark("We have looked at your ticket. This is our first response:"),
    "remote_session": mark("We have looked at it together with you in a remote session, and noted:"),
}
_KINDS = {
    "fix": mark("We propose this fix for your ticket:"),
    "workaround": mark("We propose this workaround for your ticket:"),
    "promised_fix": mark("We promise this fix, and propose to close your ticket with the promise:"),
    "action_plan": mark("We propose this action plan for your ticket:"),
    "recommendations": mark("We propose these recommendations for your ticket:"),
    "other": mark("We propose this resolution for your ticket:"),
}


def _opened(p: Phrases, d: Data) -> Letter:
    promised = [
        p.say("You will have a first response from us by {moment}.", moment=p.moment(d["response_by"]))
        if d.get("response_by")
        else p.say("We will look at it and come back to you."),
        p.say("You will have a first report on its progress by {moment}.", moment=p.moment(d["update_by"]))
        if d.get("update_by")
        else "",
    ]
    received = p.say(
        "Thank you for writing to us. Your ticket has been received with the severity: {severity}.",
        severity=d["severity"],
    )
    manager = d.get("success_manager")
    known = p.say("Your success manager is {name}, who has been told of this ticket.", name=manager) if manager else ""
    parts = (received, " ".join(filter(None, promised)), preferred(p, d), known)
    return Letter(p.say("Ticket received"), parts)


def _severity(p: Phrases, d: Data) -> Letter:
    return Letter(
        p.say("Severity: {severity}", severity=d["severity"]),
        (
            p.say(
                "The severity of your ticket is now: {severity}. We gave it this severity for the following reason:",
                severity=d["severity"],
            ),
            Quote(d["reason"]),
            p.say("The times we promised you are now counted for this severity."),
        ),
    )


def _first_response(p: Phrases, d: Data) -> Letter:
    return Letter(
        p.say("First response"),
        (p.say(_MEANS.get(d["means"], _MEANS["email"])), Quote(d["text"])),
    )


def _comment(p: Phrases, d: Data) -> Letter:
    return Letter(p.say("New comment"), (p.say("A comment has been added to your ticket:"), Quote(d["text"])))


def _update(p: Phrases, d: Data) -> Letter:
    return Letter(
        p.say("Status update"),
        (p.say("This is where your ticket stands:"), Quote(d["text"]), _waiting(p, d), _next_update(p, d)),
    )


def _update_automatic(p: Phrases, d: Data) -> Letter:
    stands = p.say(
        "Your ticket has been with {level} since {moment}. It is not solved yet.",
        level=p.holder(d),
        moment=p.moment(d["since"]),
    )
    why = p.say("This report is automatic: there is no news to add since our last message.")
    return Letter(p.say("Status update"), (stands, _waiting(p, d), _next_update(p, d), why))


def _waiting(p: Phrases, d: Data) -> str:
    return (
        p.say("We are waiting for the information that we asked you for, and go on as soon as we have it.")
        if d.get("waiting")
        else ""
    )


def _next_update(p: Phrases, d: Data) -> str:
    return p.say("You will hear from us again by {moment}.", moment=p.moment(d["next_by"])) if d.get("next_by") else ""


def _question(p: Phrases, d: Data) -> Letter:
    return Letter(
        p.say("We need information from you"),
        (
            p.say("To go on with your ticket, we need to know:"),
            Quote(d["question"]),
            p.say("Please answer on the ticket. We go on as soon as we have your answer."),
        ),
    )


def _escalated(p: Phrases, d: Data) -> Letter:
    moved = p.say(
        "Your ticket is now with {level}. Before, it was with {before}. It was passed on for the following reason:",
        level=p.holder(d),
        before=p.level(d["before"]),
    )
    kept = p.say("There is nothing you need to do: the ticket keeps its number and its history.")
    title = p.say("Passed on to {level}", level=p.holder(d))
    return Letter(title, (moved, Quote(d["reason"]), *passed_on(p, d), kept))


def _manager(p: Phrases, d: Data) -> Letter:
    told = p.say("Our manager has been told about your ticket and asked to look into it, for the following reason:")
    return Letter(p.say("Our manager has been told"), (told, Quote(d["reason"])))


def _resolution(p: Phrases, d: Data) -> Letter:
    proposed = p.say(_KINDS.get(d["kind"], _KINDS["other"]))
    by = p.say("It is promised by {moment}.", moment=p.moment(d["promised_by"])) if d.get("promised_by") else ""
    answer = _answer(p)
    if d.get("represented"):
        answer = (p.say("Whoever your contract names to agree for you is asked to accept or to refuse it."),)
    grounds = (*cause_parts(p, d), *release_parts(p, d))
    parts = (proposed, Quote(d["text"]), *grounds, by, d.get("advice", ""), *answer, _silence(p, d))
    return Letter(p.say("Resolution proposed"), parts)


def _consent_reminder(p: Phrases, d: Data) -> Letter:
    waiting = p.say("We proposed this resolution for your ticket and do not have your answer yet:")
    return Letter(p.say("Reminder: is it solved?"), (waiting, Quote(d["text"]), *_answer(p), _silence(p, d)))


def _silence(p: Phrases, d: Data) -> str:
    if not d.get("closes_at"):
        return ""
    return p.say(
        "If we do not hear from you by {moment}, the ticket is closed. You can reopen it afterwards.",
        moment=p.moment(d["closes_at"]),
    )


def _answer(p: Phrases) -> tuple[str, ...]:
    return (
        p.say("If it is solved for you, please accept the resolution on the ticket. The ticket can then be closed."),
        p.say(
            "If it is not, please refuse the resolution on the ticket and write what is still wrong. "
            "We then go on with our work."
        ),
    )


def _closed_consent(p: Phrases, d: Data) -> Letter:
    return _closed(
        p, d, p.say("The resolution has been accepted, and your ticket is closed. Thank you for your answer.")
    )


def _closed_silence(p: Phrases, d: Data) -> Letter:
    return _closed(
        p, d, p.say("We have not heard from you about the resolution that we proposed, so your ticket is closed.")
    )


def _closed_withdrawn(p: Phrases, d: Data) -> Letter:
    return _closed(p, d, p.say("Your ticket has been withdrawn and is closed. The reason given was:"))


def _closed(p: Phrases, d: Data, why: str) -> Letter:
    again = p.say(
        "If the problem comes back, you can reopen the ticket until {moment}.", moment=p.moment(d["reopen_until"])
    )
    return Letter(p.say("Ticket closed"), (why, Quote(d.get("reason", "")), again))


def _reopened(p: Phrases, d: Data) -> Letter:
    again = p.say("Your ticket is open again, and we go on with it. The reason given was:")
    return Letter(p.say("Ticket reopened"), (again, Quote(d["reason"])))


CLIENT_TEXTS: dict[str, Words] = {
    "opened": _opened,
    "severity": _severity,
    "first_response": _first_response,
    "comment": _comment,
    "update": _update,
    "update_automatic": _update_automatic,
    "question": _question,
    "escalated": _escalated,
    "manager": _manager,
    "resolution": _resolution,
    "consent_reminder": _consent_reminder,
    "closed_consent": _closed_consent,
    "closed_silence": _closed_silence,
    "closed_withdrawn": _closed_withdrawn,
    "reopened": _reopened,
}
