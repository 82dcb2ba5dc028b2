"""What the client reads of the interval that was agreed for the reports on its ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Quote, Words
from activities.phrases import Phrases

Data = Mapping[str, Any]


def _agreed(p: Phrases, d: Data) -> Letter:
    agreed = p.say("We have agreed with you on another interval for our reports on your ticket, and noted:")
    longest = p.say("The longest time between two of our reports is now: {interval}.", interval=_every(p, d))
    following = p.say("You will hear from us again by {moment}.", moment=p.moment(d["next_by"])) if d["next_by"] else ""
    told = " ".join(filter(None, (longest, following)))
    return Letter(p.say("Interval of our reports"), (agreed, Quote(d["reason"]), told))


def _every(p: Phrases, d: Data) -> str:
    amount = int(d["amount"])
    if d["unit"] == "business_days":
        return p.say("1 business day") if amount == 1 else p.say("{count} business days", count=amount)
    if d["unit"] == "local_days":
        return p.length(amount, "day")
    length = p.length(amount // 3600, "hour") if amount % 3600 == 0 else p.length(round(amount / 60), "minute")
    return p.say("{length} of our opening hours", length=length) if d["unit"] == "opening" else length


INTERVAL_TEXTS: dict[str, Words] = {"interval": _agreed}
