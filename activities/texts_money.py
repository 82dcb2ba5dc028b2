"""What people read of hours, quotes and the intervention report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Lines, Quote, Words
from activities.phrases import Phrases, mark

Data = Mapping[str, Any]

_MOVED = {
    "included": mark(
        "The time that we have worked on your ticket so far is no longer charged. Nothing of it is deducted from your "
        "hour packages."
    ),
    "deducted": mark(
        "The time that we have worked on your ticket so far is now deducted from your hour packages: {time}."
    ),
    "billable": mark("The time that we have worked on your ticket so far is now billed: {time}."),
}
_WORK = {"analysis": mark("analysis"), "work": mark("work"), "adjustment": mark("adjustment")}


def _moved(p: Phrases, d: Data) -> Letter:
    told = p.say(_MOVED.get(d["cover"], _MOVED["deducted"]), time=p.time(d["minutes"]))
    return Letter(p.say("How your time is counted has changed"), (told, _left(p, d.get("left"))))


def _left(p: Phrases, left: int | None) -> str:
    return "" if left is None else p.say("Your hour packages still hold {time}.", time=p.time(left))


def _warned(p: Phrases, d: Data) -> Letter:
    nearly = p.say(
        "Your hour package {package} is nearly used up: it still holds {time}.",
        package=d["package"],
        time=p.time(d["left"]),
    )
    others = p.say("All your hour packages together still hold {time}.", time=p.time(d["all_left"]))
    way = p.say("When they are used up, we need a new package before we can go on with work that is deducted.")
    return Letter(p.say("Hour package nearly used up"), (nearly, others, way))


def _staff_warned(p: Phrases, d: Data) -> Letter:
    nearly = p.say(
        "The hour package {package} of {organisation} is nearly used up: it still holds {time}.",
        package=d["package"],
        organisation=d["organisation"],
        time=p.time(d["left"]),
    )
    others = p.say("All its packages together still hold {time}. The client knows.", time=p.time(d["all_left"]))
    return Letter(p.say("Hour package nearly used up"), (nearly, others))


def _quote(p: Phrases, d: Data) -> Letter:
    made = p.say("This is our estimate of the work, number {quote}:", quote=d["quote"])
    takes = [p.say("Time: {time}", time=p.time(d["minutes"]))]
    if d.get("amount"):
        takes.append(p.say("Amount: {amount}", amount=p.amount(d["amount"], d["currency"])))
    until = p.say(
        "Please accept or refuse it on the ticket by {moment}. We begin when you have accepted it.",
        moment=p.moment(d["valid_until"]),
    )
    return Letter(p.say("Quote {quote}", quote=d["quote"]), (made, Quote(d["text"]), Lines(tuple(takes)), until))


def _accepted(p: Phrases, d: Data) -> Letter:
    thanks = p.say("You have accepted our quote number {quote}. We begin with the work.", quote=d["quote"])
    return Letter(p.say("Quote accepted"), (thanks,))


def _expired(p: Phrases, d: Data) -> Letter:
    over = p.say("Our quote number {quote} was not answered in time and no longer stands.", quote=d["quote"])
    again = p.say("If you still want the work, ask for another quote on the ticket.")
    return Letter(p.say("Quote expired"), (over, again))


def _report(p: Phrases, d: Data) -> Letter:
    report = d["report"]
    done = p.say("This is the report of our work on your ticket. It is attached as a document, too.")
    lines = tuple(
        p.say(
            "{moment}: {work}, {worked} worked, {counted} counted",
            moment=p.moment(line["began_at"]),
            work=p.say(_WORK[line["work"]]),
            worked=p.time(line["worked"]),
            counted=p.time(line["counted"]),
        )
        for line in report["lines"]
    )
    total = p.say("Counted in all: {time}", time=p.time(sum(line["counted"] for line in report["lines"])))
    taken = sum(report.get("taken", {}).values())
    deducted = p.say("Deducted from your hour packages: {time}.", time=p.time(taken)) if taken else ""
    return Letter(p.say("Intervention report"), (done, Lines(lines), total, deducted, _left(p, report.get("left"))))


def _staff_asked(p: Phrases, d: Data) -> Letter:
    asked = p.say("The client would like to know what the work takes before it is done:")
    return Letter(p.say("A quote is asked for"), (asked, Quote(d["text"])))


def _staff_accepted(p: Phrases, d: Data) -> Letter:
    accepted = p.say(
        "The client has accepted quote number {quote}. In all, {time} are ordered now.",
        quote=d["quote"],
        time=p.time(d["ordered"]),
    )
    return Letter(p.say("Quote accepted"), (accepted,))


def _staff_refused(p: Phrases, d: Data) -> Letter:
    refused = p.say("The client has refused quote number {quote}. The reason given:", quote=d["quote"])
    return Letter(p.say("Quote refused"), (refused, Quote(d["reason"])))


def _staff_expired(p: Phrases, d: Data) -> Letter:
    over = p.say("Quote number {quote} was not answered in time and no longer stands.", quote=d["quote"])
    return Letter(p.say("Quote expired"), (over,))


MONEY_TEXTS: dict[str, Words] = {
    "hours_moved": _moved,
    "package_warned": _warned,
    "quote": _quote,
    "quote_accepted": _accepted,
    "quote_expired": _expired,
    "intervention_report": _report,
}
STAFF_MONEY_TEXTS: dict[str, Words] = {
    "staff_package_warned": _staff_warned,
    "staff_quote_asked": _staff_asked,
    "staff_quote_accepted": _staff_accepted,
    "staff_quote_refused": _staff_refused,
    "staff_quote_expired": _staff_expired,
}
