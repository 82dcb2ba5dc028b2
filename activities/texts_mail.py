"""What a contact reads whose mail could not be taken in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Quote, Words
from activities.phrases import Phrases


def _refused(p: Phrases, d: Mapping[str, Any]) -> Letter:
    why = p.say("We have your mail, but could not open or change a ticket for it, for the following reason:")
    kept = p.say("We keep your mail, and somebody of us looks at it.")
    return Letter(p.say("Your mail"), (why, Quote(d["reason"]), kept))


MAIL_TEXTS: dict[str, Words] = {"mail_refused": _refused}
