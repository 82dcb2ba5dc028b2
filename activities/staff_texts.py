"""What staff reads, template by template: what happened on the ticket, and what is expected of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Quote, Words
from activities.phrases import Phrases, mark
from activities.texts_contact import STAFF_CONTACT_TEXTS, preferred_staff
from activities.texts_money import STAFF_MONEY_TEXTS
from activities.texts_provider import STAFF_PROVIDER_TEXTS
from activities.texts_rnd import RND_STAFF_TEXTS
from activities.texts_scope import STAFF_SCOPE_TEXTS

Data = Mapping[str, Any]

NOTICED_LATE = 60.0
"""Seconds after which a miss that was noticed late is said to be one."""

_PARTIES = {
    "client": mark("The client has accepted the resolution. The ticket closes when our side has accepted it too."),
    "provider": mark("Our side has accepted the resolution. The ticket closes when the client has accepted it too."),
    "other": mark("One side has accepted the resolution. The other one is still being asked."),
}
_CLOSINGS = {
    "consent": mark("The resolution was accepted, and the ticket is closed."),
    "silence": mark("The client did not answer in time, and the ticket is closed as the agreement says."),
    "withdrawn": mark("The ticket was withdrawn and is closed. The reason given:"),
    "other": mark("The ticket is closed."),
}


def _opened(p: Phrases, d: Data) -> Letter:
    came = p.say("A new ticket has come from {organisation}:", organisation=d["organisation"])
    return Letter(p.say("New ticket"), (came, Quote(d["description"]), preferred_staff(p, d)))


def _assigned(p: Phrases, d: Data) -> Letter:
    return Letter(p.say("Assigned to you"), (p.say("This ticket is now assigned to you."),))


def _comment(p: Phrases, d: Data) -> Letter:
    return Letter(p.say("New comment"), (p.say("A comment has come in:"), Quote(d["text"])))


def _answer(p: Phrases, d: Data) -> Letter:
    answered = p.say("The client has answered your question:")
    return Letter(p.say("The client has answered"), (answered, Quote(d["text"])))


def _escalated(p: Phrases, d: Data) -> Letter:
    passed = p.say(
        "This ticket is now with {level}. Before, it was with {before}. The reason, which the client reads too:",
        level=p.holder(d),
        before=p.level(d["before"]),
    )
    return Letter(p.say("Passed on to you"), (passed, Quote(d["reason"])))


def _manager(p: Phrases, d: Data) -> Letter:
    if d.get("clock") is None:
        asked = p.say("A manager was asked to look into this ticket, for the following reason:")
        return Letter(p.say("A manager is asked for"), (asked, Quote(d["reason"])))
    reached = p.say(
        "{share} % of the time promised for {clock} is used up, and it is not done.",
        share=d["share"],
        clock=p.clock(d["clock"]),
    )
    title = p.say("{share} % of the promised time is used up", share=d["share"])
    return Letter(title, (reached, p.say("The agreement wants you to know, so that you can step in.")))


def _warning(p: Phrases, d: Data) -> Letter:
    clock, due = p.clock(d["clock"]), d.get("due")
    if d["alarm"] == "range":
        reached = p.say("The earliest time promised for {clock} has come, and it is not done.", clock=clock)
        latest = p.say("It is due by {moment}.", moment=p.moment(due)) if due else ""
        return Letter(p.say("Time is running"), (reached, latest))
    if str(d["alarm"]).startswith("retry"):
        again = p.say("The client was not reached by telephone. It is time to try again.")
        return Letter(p.say("Call the client again"), (again,))
    title = p.say("Due soon: {clock}", clock=clock)
    if due is None:
        return Letter(title, (p.say("The time promised for {clock} is nearly over.", clock=clock),))
    soon = p.say("The time promised for {clock} ends: {moment}.", clock=clock, moment=p.moment(due))
    if d["clock"].partition("-")[0] != "update":
        return Letter(title, (soon,))
    return Letter(title, (soon, p.say("If nobody writes to the client by then, an automatic report goes out.")))


def _suggestion(p: Phrases, d: Data) -> Letter:
    over = p.say("The monitor reports that the alert is over:")
    check = p.say("Please check, and propose a resolution to the client. Nothing is decided by this message.")
    return Letter(p.say("Solved? The alert is over"), (over, Quote(d["text"]), check))


def _consent(p: Phrases, d: Data) -> Letter:
    party = _PARTIES.get(d["party"], _PARTIES["other"])
    return Letter(p.say("One side has accepted"), (p.say(party),))


def _refused(p: Phrases, d: Data) -> Letter:
    refused = p.say("The resolution was refused, and the ticket is open again. The reason given:")
    return Letter(p.say("Resolution refused"), (refused, Quote(d["reason"])))


def _closed(p: Phrases, d: Data) -> Letter:
    how = p.say(_CLOSINGS.get(d["closing"], _CLOSINGS["other"]))
    return Letter(p.say("Ticket closed"), (how, Quote(d.get("reason", ""))))


def _reopened(p: Phrases, d: Data) -> Letter:
    again = p.say("The ticket was reopened, and its clocks run again. The reason given:")
    return Letter(p.say("Ticket reopened"), (again, Quote(d["reason"])))


def _missed(p: Phrases, d: Data) -> Letter:
    clock = p.clock(d["clock"])
    over = p.say(
        "The time promised for {clock} is over: it ended on {moment}. It is still to be done.",
        clock=clock,
        moment=p.moment(d["due"]),
    )
    late = float(d["late"])
    noticed = (
        p.say("Escalade noticed this {span} late, after an interruption of its own.", span=p.span(late))
        if late > NOTICED_LATE
        else ""
    )
    return Letter(p.say("Overdue: {clock}", clock=clock), (over, noticed))


STAFF_TEXTS: dict[str, Words] = {
    **STAFF_PROVIDER_TEXTS,
    **STAFF_SCOPE_TEXTS,
    **STAFF_CONTACT_TEXTS,
    **STAFF_MONEY_TEXTS,
    "staff_opened": _opened,
    "staff_assigned": _assigned,
    "staff_comment": _comment,
    "staff_answer": _answer,
    "staff_escalated": _escalated,
    "staff_manager": _manager,
    "staff_warning": _warning,
    "staff_suggestion": _suggestion,
    "staff_consent": _consent,
    "staff_refused": _refused,
    "staff_closed": _closed,
    "staff_reopened": _reopened,
    "staff_missed": _missed,
    **RND_STAFF_TEXTS,
}
