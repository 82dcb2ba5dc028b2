"""What people read who asked to be let in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Words
from activities.phrases import Phrases


def _link(p: Phrases, d: Mapping[str, Any]) -> Letter:
    asked = p.say(
        "A link to sign in to the support pages was asked for with your address. Open it, then press the button."
    )
    lasts = p.say(
        "It works once, until {moment}, best in the browser in which it was asked for.", moment=p.moment(d["until"])
    )
    other = p.say("If you did not ask for it, there is nothing to do. Do not pass it on.")
    return Letter(p.say("Your link to sign in"), (asked, lasts, other))


IDENTITY_TEXTS: dict[str, Words] = {"sign_in_link": _link}
