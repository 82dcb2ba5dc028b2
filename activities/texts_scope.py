"""What people read of a request's kind, of what the intake lacks, and of what is not covered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Lines, Part, Quote, Words
from activities.phrases import Phrases, mark

Data = Mapping[str, Any]

_COVERS = {
    "included": mark("The work on it is included in your contract."),
    "deducted": mark("The time spent on it is deducted from your hours."),
    "billable": mark("The work on it is billed as time spent."),
    "not_handled": mark("It is not treated under your contract."),
}


def _classified(p: Phrases, d: Data) -> Letter:
    now = p.say("Your request is now treated as: {kind}.", kind=d["kind"])
    before = p.say("Before, it was treated as: {kind}.", kind=d["before"]) if d.get("before") else ""
    pays = _COVERS[d["cover"]]
    told = " ".join(filter(None, (now, before, p.say(pays))))
    return Letter(
        p.say("Kind of request: {kind}", kind=d["kind"]), (told, p.say("The reason given was:"), Quote(d["reason"]))
    )


def _intake(p: Phrases, d: Data) -> Letter:
    parts: list[Part] = [
        p.say("To treat your request, we need the following from you:"),
        Lines(tuple(f"- {item}" for item in d["items"])),
        p.say("Our work on it begins when we have it.") if d["work_waits"] else "",
        p.say("The times we promised you do not run while it is missing.") if d["time_waits"] else "",
        p.say("Please give it on the ticket."),
    ]
    return Letter(p.say("We need some information to begin"), tuple(part for part in parts if part))


def _staff_intake(p: Phrases, d: Data) -> Letter:
    parts: list[Part] = [
        p.say("The client has given what the intake asked for:"),
        Lines(tuple(f"- {item}" for item in d["items"])),
    ]
    if d["missing"]:
        parts += [p.say("Still missing:"), Lines(tuple(f"- {item}" for item in d["missing"]))]
    return Letter(p.say("Information has come in"), tuple(parts))


def _excluded(p: Phrases, d: Data) -> Letter:
    clause = p.say("The agreement says so under: {clause}.", clause=d["clause"]) if d["clause"] else ""
    again = (
        p.say("If you see it otherwise, you can reopen the ticket until {moment}.", moment=p.moment(d["reopen_until"]))
        if d["reopen_until"]
        else ""
    )
    why = p.say(
        "Your request is not covered by your contract, and the ticket is closed. It concerns: {what}.", what=d["what"]
    )
    parts: tuple[Part, ...] = (why, Quote(d["text"]), d["way"], clause, again)
    return Letter(p.say("Not covered by your contract"), tuple(part for part in parts if part))


SCOPE_TEXTS: dict[str, Words] = {"classified": _classified, "intake": _intake, "excluded": _excluded}
STAFF_SCOPE_TEXTS: dict[str, Words] = {"staff_intake": _staff_intake}
