"""What is written about defects and releases: to the client of its own ticket, to staff where there is work again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Part, Quote, Words
from activities.phrases import Phrases, mark

Data = Mapping[str, Any]

_CAUSES = {
    "bug": mark("a bug in the software"),
    "configuration": mark("the configuration"),
    "usage": mark("the use of the software"),
    "infrastructure": mark("the infrastructure"),
    "third_party": mark("software or services of a third party"),
    "unknown": mark("not known"),
}


def cause_parts(p: Phrases, d: Data) -> tuple[str | Quote, ...]:
    """The root cause of a proposed resolution, where the agreement asks for it (TF-17)."""
    if not d.get("cause"):
        return ()
    sentence = _CAUSES[d["cause"]]
    told = p.say("The root cause: {cause}.", cause=p.say(sentence))
    if d["cause"] == "bug" and d.get("defect"):
        reported = p.say("It has been reported to R&D as the defect {defect}.", defect=d["defect"])
        told = f"{told} {reported}"
    found = d.get("cause_text") if d.get("cause_text") != d.get("defect") else ""
    return (told, *((Quote(str(found)),) if found else ()))


def release_parts(p: Phrases, d: Data) -> tuple[str, ...]:
    """The release that carries a fix, and the offer to organise its installation (PC-13)."""
    if not d.get("release"):
        return ()
    published = p.say("R&D has published it with this release: {release}.", release=d["release"])
    return (published, *_installation(p, d))


def _installation(p: Phrases, d: Data) -> tuple[str, ...]:
    offered = d.get("installation")
    if not offered:
        return ()
    told = p.say(
        "If you would like us to organise the installation, ask for it on the ticket. The kind of request is: {kind}.",
        kind=offered["title"],
    )
    billed = p.say("This work is billed.") if offered["cover"] == "billable" else ""
    return (" ".join(filter(None, (told, billed))),)


def _awaited(p: Phrases, d: Data) -> Letter:
    waits = p.say(
        "Your ticket waits for a correction by R&D. There it is known as the defect {defect}. The reason:",
        defect=d["defect"],
    )
    around: tuple[str | Quote, ...] = ()
    if d["workaround"]:
        around = (p.say("Until then, you can work in this way:"), Quote(d["workaround"]))
    when = p.say("It goes on as soon as R&D answers or publishes a release that corrects it. You will hear of it then.")
    no_date = p.say("Until then we cannot name a date for the solution.") if d["no_date"] else ""
    parts = (waits, Quote(d["reason"]), *around, " ".join(filter(None, (no_date, when))))
    return Letter(p.say("Waiting for a correction by R&D"), parts)


def _left(p: Phrases, d: Data) -> Letter:
    left = p.say("Your ticket no longer waits for the defect {defect}. The reason:", defect=d["defect"])
    return Letter(p.say("We go on with your ticket"), (left, Quote(d["reason"]), p.say("Its times run again.")))


def _news(p: Phrases, d: Data) -> Letter:
    told = p.say("R&D has news about the problem that your ticket waits for:")
    others = (
        p.say("The release {release} corrects it for other versions than yours.", release=d["release"])
        if d["release"]
        else ""
    )
    waits = p.say("Your ticket goes on waiting for the correction, and you will hear from us again.")
    return Letter(p.say("News from R&D"), (told, Quote(d["text"]), " ".join(filter(None, (others, waits)))))


def _rejected(p: Phrases, d: Data) -> Letter:
    told = p.say("R&D will not correct the problem that your ticket waited for. The reason:")
    goes_on = _reopen(p, d) or p.say("Your ticket is with us again, and we look for another way with you.")
    return Letter(p.say("No correction by R&D"), (told, Quote(d["text"]), goes_on))


def _release(p: Phrases, d: Data) -> Letter:
    told = p.say("The problem of your ticket is corrected. R&D writes:")
    parts: tuple[Part, ...] = (told, Quote(d["text"]), *release_parts(p, d), _reopen(p, d))
    return Letter(p.say("Corrected in {release}", release=d["release"]), parts)


def _reopen(p: Phrases, d: Data) -> str:
    if not d["reopen_until"]:
        return ""
    moment = p.moment(d["reopen_until"])
    return p.say("Your ticket is closed. If you need us, you can reopen it until {moment}.", moment=moment)


def _staff_rejected(p: Phrases, d: Data) -> Letter:
    if d.get("promise"):
        gone = p.say("R&D will not correct the defect for which this ticket was closed with a promise:")
        why, do = p.say("R&D writes:"), p.say("The promise still stands. Please agree with the client on another way.")
        return Letter(p.say("No correction by R&D"), (gone, Quote(d["promise"]), why, Quote(d["text"]), do))
    told = p.say("R&D will not correct the defect that this ticket waited for. It is open again. R&D writes:")
    return Letter(p.say("No correction by R&D"), (told, Quote(d["text"])))


def _staff_installation(p: Phrases, d: Data) -> Letter:
    told = p.say("The client asks for the installation of {release}:", release=d["release"])
    return Letter(p.say("An installation is asked for"), (told, Quote(d["text"])))


RND_TEXTS: dict[str, Words] = {
    "defect_awaited": _awaited,
    "defect_left": _left,
    "defect_news": _news,
    "defect_rejected": _rejected,
    "release": _release,
}
RND_STAFF_TEXTS: dict[str, Words] = {
    "staff_defect_rejected": _staff_rejected,
    "staff_installation": _staff_installation,
}
