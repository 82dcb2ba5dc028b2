"""Plausible steps: what somebody does with a ticket as it was last seen, in the agreement's words."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from agreements import AgreementFile
from api.access.permissions import PERMISSIONS
from api.tickets.steps import DOORS
from domain.words import Role

PATHS = {door.operation: door.path for door in DOORS}

_WEIGHTS: dict[str, dict[str, float]] = {
    "new": {
        "acknowledge": 8, "assign": 5, "triage": 4, "comment": 3, "note": 2, "ask": 2, "withdraw": 0.4, "classify": 1,
    },
    "open": {
        "comment": 5, "note": 3, "status_update": 6, "ask": 4, "resolve": 6, "escalate": 3, "triage": 2, "assign": 2,
        "log_time": 4, "ask_progress": 1, "ask_manager": 0.6, "offer_session": 0.6, "classify": 1, "withdraw": 0.3,
        "ask_quote": 0.6, "make_quote": 1, "accept_quote": 1, "refuse_quote": 0.4, "take_call": 1, "call_done": 1,
        "acknowledge": 3,
    },
    "waiting": {"answer": 8, "comment": 2, "note": 1, "status_update": 2, "resolve": 2, "log_time": 1},
    "resolved": {"consent": 8, "refuse": 3, "comment": 1, "note": 1, "withdraw": 0.3},
    "closed": {"reopen": 3, "note": 1, "keep_commitment": 1},
    "archived": {"reopen": 2},
}  # fmt: skip
"""How often a step is tried, by the ticket's status."""


def choose(chance: random.Random, status: str, role: Role, possible: set[str] | None) -> str | None:
    """The operation that somebody of that role tries; only of those `possible`, where that is known."""
    weights = {
        name: weight
        for name, weight in _WEIGHTS[status].items()
        if role in PERMISSIONS[name].roles and (possible is None or name in possible)
    }
    return chance.choices(list(weights), list(weights.values()))[0] if weights else None


def body(chance: random.Random, operation: str, agreement: AgreementFile, number: int) -> dict[str, Any]:
    """What is sent. The text names the command, so that nobody takes one for another."""
    text = f"Command {number}."
    write = _BODIES.get(operation)
    return write(chance, agreement, text) if write else {}


def _escalate(chance: random.Random, agreement: AgreementFile, text: str) -> dict[str, Any]:
    level = chance.choice(list(agreement.levels))
    groups = list(agreement.levels[level].groups)
    return {
        "level": str(level), "reason": text, "billable": "It is billed.",
        **({"group": chance.choice(groups)} if groups else {}),
    }  # fmt: skip


def _resolve(chance: random.Random, agreement: AgreementFile, text: str) -> dict[str, Any]:
    kind = chance.choice(agreement.resolution.kinds)
    tracked = kind in agreement.resolution.tracked
    promised = (datetime.now(UTC) + timedelta(seconds=chance.choice((20, 40, 86_400)))).isoformat()
    caused = agreement.root_cause is not None
    return {
        "kind": str(kind), "text": text,
        **({"promised_by": promised} if tracked else {}),
        **({"cause": "bug", "cause_text": "Found."} if caused else {}),
    }  # fmt: skip


def _log_time(chance: random.Random, agreement: AgreementFile, text: str) -> dict[str, Any]:
    minutes = chance.choice((10, 20, 50, 110))
    began = datetime.now(UTC) - timedelta(minutes=minutes + 1)
    return {"work": "work", "minutes": minutes, "began_at": began.isoformat(), "text": text}


def _classify(chance: random.Random, agreement: AgreementFile, text: str) -> dict[str, Any]:
    return {"kind": chance.choice(list(agreement.requests) or ["incident"]), "reason": text}


_Body = Callable[[random.Random, AgreementFile, str], dict[str, Any]]
_BODIES: dict[str, _Body] = {
    "triage": lambda c, a, t: {"severity": c.choice(list(a.severities)), "reason": t, "assignee": "bob"},
    "assign": lambda c, a, t: {"assignee": c.choice(("bob", "lea", "tom", "clara"))},
    "acknowledge": lambda c, a, t: {"means": c.choice(("call", "email")), "text": t},
    "comment": lambda c, a, t: {"text": t},
    "note": lambda c, a, t: {"text": t},
    "status_update": lambda c, a, t: {"text": t},
    "ask": lambda c, a, t: {"question": t},
    "answer": lambda c, a, t: {"text": t},
    "escalate": _escalate,
    "ask_manager": lambda c, a, t: {"reason": t},
    "ask_progress": lambda c, a, t: {"text": t},
    "offer_session": lambda c, a, t: {"at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(), "text": t},
    "resolve": _resolve,
    "refuse": lambda c, a, t: {"reason": t},
    "reopen": lambda c, a, t: {"reason": t},
    "withdraw": lambda c, a, t: {"reason": t},
    "keep_commitment": lambda c, a, t: {"text": t},
    "log_time": _log_time,
    "classify": _classify,
    "ask_quote": lambda c, a, t: {"text": t},
    "make_quote": lambda c, a, t: {"text": t, "minutes": 60, "amount": "120.00", "currency": "EUR"},
    "accept_quote": lambda c, a, t: {"quote": 1},
    "refuse_quote": lambda c, a, t: {"quote": 1, "reason": t},
    "take_call": lambda c, a, t: {"call": 1},
    "call_done": lambda c, a, t: {"call": 1, "outcome": c.choice(("reached", "not_reached")), "text": t},
}


def opening(chance: random.Random, agreement: AgreementFile, number: int) -> dict[str, Any]:
    """What a client files."""
    severity = chance.choice([None, *agreement.severities])
    kind = chance.choice(list(agreement.requests)) if agreement.requests and chance.random() < 0.5 else None
    return {
        "subject": f"Ticket {number}", "description": f"Ticket {number} of the run.", "channel": "portal",
        **({"severity": severity} if severity else {}),
        **({"kind": kind} if kind else {}),
    }  # fmt: skip
