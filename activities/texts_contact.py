"""What clients and staff read when they keep in touch: progress asked for, remote sessions, ways to reach us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from activities.letters import Letter, Part, Quote, Words
from activities.phrases import Phrases, mark

Data = Mapping[str, Any]

_CHANNELS = {
    "portal": mark("the support portal"),
    "email": mark("e-mail"),
    "telephone": mark("telephone"),
}


def channels(p: Phrases, names: Sequence[str]) -> str:
    """Ways to reach us, as a list fit for the end of a sentence."""
    return p.either([p.say(_CHANNELS[name]) if name in _CHANNELS else name for name in names])


def preferred(p: Phrases, d: Data) -> str:
    """How such a problem is best reported (TF-01); empty where it came that way."""
    if not d.get("preferred"):
        return ""
    return p.say(
        "For a problem of this severity, you reach us best by: {channels}.", channels=channels(p, d["preferred"])
    )


def preferred_staff(p: Phrases, d: Data) -> str:
    """The same, for whoever calls the client back."""
    if not d.get("preferred"):
        return ""
    return p.say(
        "For this severity the agreement prefers contact by: {channels}.", channels=channels(p, d["preferred"])
    )


def passed_on(p: Phrases, d: Data) -> tuple[Part, ...]:
    """What else a client learns when its ticket is passed on: why that is billed, and when a solution is expected."""
    parts: list[Part] = []
    if d.get("billable"):
        parts += [p.say("The work there is billed. The reason:"), Quote(d["billable"])]
    if d.get("forecast"):
        parts.append(p.say("A solution is expected by {moment}.", moment=p.moment(d["forecast"])))
    elif d.get("no_forecast"):
        parts.append(p.say("This can take longer. We cannot say yet when a solution is to be expected."))
    if d.get("contact"):
        parts.append(
            p.say("Your contact stays the same, whoever works on the ticket: {contact}.", contact=d["contact"])
        )
    return tuple(parts)


def _progress(p: Phrases, d: Data) -> Letter:
    stands = p.say(
        "You asked how your ticket stands. It has been with {level} since {moment}.",
        level=p.holder(d),
        moment=p.moment(d["since"]),
    )
    status = p.say("Its status is: {status}.", status=p.status(d["status"]))
    owed = ""
    if d.get("waiting"):
        owed = p.say("We are waiting for the information that we asked you for, and go on as soon as we have it.")
    elif d.get("consent"):
        owed = p.say("We have proposed a resolution and are waiting for your answer to it.")
    by = d.get("next_by")
    following = p.say("You will hear from us again by {moment}.", moment=p.moment(by)) if by else ""
    told = p.say("Our team has been told that you would like to know more.")
    return Letter(p.say("How your ticket stands"), (stands, status, owed, following, told))


def _staff_progress(p: Phrases, d: Data) -> Letter:
    asked = p.say("The client asks how this ticket stands, and has been told what Escalade knows.")
    return Letter(
        p.say("The client asks for progress"), (asked, Quote(d["text"]), p.say("Please write a status update."))
    )


def _session(p: Phrases, d: Data) -> Letter:
    invited = p.say("We would like to look at it together with you, in a remote session: {moment}.", moment=_when(p, d))
    how = p.say("If you cannot make it then, please name another time on the ticket.")
    return Letter(p.say("Invitation to a remote session"), (invited, Quote(d["text"]), how))


def _staff_session(p: Phrases, d: Data) -> Letter:
    invited = p.say("The client has been invited to a remote session: {moment}.", moment=_when(p, d))
    return Letter(p.say("Remote session"), (invited, Quote(d["text"])))


def _when(p: Phrases, d: Data) -> str:
    return p.moment(d["session_at"])


def _not_reached(p: Phrases, d: Data) -> Letter:
    tried = p.say("We have called you to tell you how your ticket stands, and did not reach you.")
    again = p.say("We try again: {moment}.", moment=p.moment(d["next_at"])) if d.get("next_at") else ""
    way = p.say("If another time or number suits you better, please write it on the ticket.")
    return Letter(p.say("We have tried to call you"), (tried, again, way))


CONTACT_TEXTS: dict[str, Words] = {"progress": _progress, "session": _session, "call_not_reached": _not_reached}
STAFF_CONTACT_TEXTS: dict[str, Words] = {"staff_progress": _staff_progress, "staff_session": _staff_session}
