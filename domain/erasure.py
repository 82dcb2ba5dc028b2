"""Which parts of a ticket's facts are what people wrote, and the same facts without them.

Instants, verdicts, kinds, numbers and ids stay: they are the promise record. What the agreement itself says stays too.
"""

from __future__ import annotations

from typing import Any

from domain.events import Event

ERASED = "[erased]"
TEXTS = frozenset({
    "subject", "description", "text", "question", "reason", "suggestion", "cause_text", "workaround", "billable",
    "success_manager_name", "serial",
})  # fmt: skip
"""Fields that hold what somebody wrote, wherever they stand."""
AGREED = frozenset({"terms", "target", "clocks"})
"""Parts that the agreement says: nothing in them is anybody's."""
DROPPED = frozenset({"attachments", "files", "named"})
"""Lists of files and of people, which are left out."""


def without_texts(value: Any) -> Any:
    """Plain data with `ERASED` for every text that somebody wrote; what is empty stays empty. Twice is as once."""
    if isinstance(value, list):
        return [without_texts(one) for one in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        if name in DROPPED:
            continue
        if name in AGREED:
            found[name] = inner
        elif name in TEXTS and isinstance(inner, str):
            found[name] = ERASED if inner else inner
        elif name == "intake" and isinstance(inner, dict):
            found[name] = {item: ERASED if isinstance(given, str) else given for item, given in inner.items()}
        else:
            found[name] = without_texts(inner)
    return found


def erased(event: Event) -> Event:
    """The same fact, at the same instant, by the same id, without what was written."""
    if event.fact.type.startswith("clock_"):
        return event  # the clocks' own words: nobody wrote them
    plain = event.model_dump(mode="json")
    return Event.model_validate({**plain, "fact": without_texts(plain["fact"])})
