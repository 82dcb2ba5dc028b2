"""The words of a mapping: what a rule can do, where a ticket can stand, what can have changed."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a recorded ticket stands as far as its log tells."""

    open = "open"
    waiting = "waiting"
    resolved = "resolved"
    closed = "closed"


class Word(StrEnum):
    """What a recorded row does. `come_back` refuses while the ticket is resolved and reopens once it is closed."""

    triage = "triage"
    assign = "assign"
    acknowledge = "acknowledge"
    comment = "comment"
    note = "note"
    status_update = "status_update"
    ask = "ask"
    answer = "answer"
    escalate = "escalate"
    ask_manager = "ask_manager"
    resolve = "resolve"
    consent = "consent"
    refuse = "refuse"
    reopen = "reopen"
    come_back = "come_back"
    withdraw = "withdraw"
    ignore = "ignore"


class Tracked(StrEnum):
    """What a row can carry that is compared with the rows before it."""

    agent = "agent"
    level = "level"
    group = "group"
    severity = "severity"


TEXTLESS = frozenset({Word.assign, Word.consent, Word.ignore})
"""Commands that say nothing, so that no text has to be supplied for them."""

OPTIONS: dict[Word, frozenset[str]] = {
    Word.triage: frozenset({"text", "severity"}),
    Word.acknowledge: frozenset({"text", "means"}),
    Word.comment: frozenset({"text", "by"}),
    Word.escalate: frozenset({"text", "level", "group"}),
    Word.ask_manager: frozenset({"text", "by"}),
    Word.resolve: frozenset({"text", "kind"}),
    Word.refuse: frozenset({"text", "by"}),
    Word.reopen: frozenset({"text", "by"}),
    Word.come_back: frozenset({"text", "by"}),
    Word.withdraw: frozenset({"text", "by"}),
    **{word: frozenset({"text"}) for word in (Word.note, Word.status_update, Word.ask, Word.answer)},
    **{word: frozenset() for word in TEXTLESS},
}
"""What a command in a rule may be told beside its name."""
