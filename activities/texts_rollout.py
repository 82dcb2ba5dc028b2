"""What clients read when a changed agreement has moved a time that they had been told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Lines, Words
from activities.phrases import Phrases


def _times_moved(p: Phrases, d: Mapping[str, Any]) -> Letter:
    why = p.say("The agreement under which we treat your ticket has changed, and with it times that we had told you.")
    kept = p.say("Everything else on your ticket stays as it is. There is nothing you need to do.")
    return Letter(p.say("Promised times changed"), (why, *(Lines(_line(p, one)) for one in d["moved"]), kept))


def _line(p: Phrases, moved: Mapping[str, Any]) -> tuple[str, ...]:
    what, before = p.clock(moved["clock"]), p.moment(moved["before"])
    after = p.moment(moved["after"]) if moved["after"] else p.say("no fixed time")
    return (p.say("Now, for {clock}: {moment}", clock=what, moment=after), p.say("Before: {moment}", moment=before))


ROLLOUT_TEXTS: dict[str, Words] = {"times_moved": _times_moved}
