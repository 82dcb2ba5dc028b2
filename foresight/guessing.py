"""A first mapping for a log that nobody here has seen, guessed from the names and values of its columns.

A guess is shown with its reasons and written as a file: whoever knows the log corrects it. It is never used unseen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from foresight.rows import BadRow, Row

LOOKED_AT = 5_000
"""Rows that a guess is made from."""
MOST_VALUES = 60
"""More different values than these name no activity."""

NAMES = {
    "ticket": (
        *("case:concept:name", "case id", "case", "ticket number", "ticket", "incident", "issue", "request", "number"),
        *("id", "key", "no", "nr", "#"),
    ),
    "at": ("time:timestamp", "timestamp", "at", "complete timestamp", "change date", "date", "time", "created", "when"),
    "activity": ("concept:name", "activity", "event", "status", "state", "action", "task"),
    "agent": ("org:resource", "resource", "agent", "owner", "assignee", "assigned", "user", "who"),
    "severity": ("severity", "priority", "impact", "urgency"),
}  # fmt: skip
"""Names of columns as systems write them, the likeliest first."""

WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("refuse", ("not solved", "not resolved", "not fixed", "unsolved", "unresolved", "refused", "still broken")),
    ("resolve", ("resolve", "solved", "fixed", "completed", "done", "risol")),
    ("consent", ("close", "closed", "chius")),
    ("answer", ("reply from", "customer reply", "client reply", "answered by", "client answer", "in progress again")),
    ("ask", ("wait", "pending", "on hold", "attesa", "awaiting", "question", "info requested")),
    ("escalate", ("escalat", "upgrade", "hand over", "handed", "transfer", "anomaly")),
    ("come_back", ("reopen", "re-open", "again")),
    (
        "acknowledge",
        (
            "take in charge",
            "agent reply",
            "first reply",
            "replied",
            "taken",
            "accepted",
            "assigned",
            "in progress",
            "acknowledg",
            "first response",
        ),
    ),
    ("withdraw", ("cancel", "withdraw", "reject")),
)
"""What an activity's words mean, the first that fits."""
_FORMS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M")


@dataclass(frozen=True)
class Guess:
    """What was guessed, with why, and what the file would say."""

    text: str
    reasons: tuple[str, ...]


def guess(rows: Iterable[Row | BadRow], columns: Sequence[str]) -> Guess:
    """A mapping for a log with these columns. ValueError where no column can be the ticket's or the time's."""
    seen = [row for row in islice(rows, LOOKED_AT) if isinstance(row, Row)]
    values = {name: Counter(row.values.get(name, "") for row in seen) for name in columns}
    found = {wanted: column for wanted in NAMES if (column := _named(wanted, columns)) is not None}
    if "ticket" not in found:
        raise _lacking("the ticket's number", columns)
    at = _own_time(seen, found["ticket"], found.get("at"), [name for name in columns if _form(values[name])])
    if at is None:
        raise _lacking("the time", columns)
    found["at"] = at
    form = _form(values[at]) or ""
    reasons = [f"{wanted}: column {column}" for wanted, column in found.items()]
    activity = found.get("activity") or _few(values, found)
    if activity is None:
        raise _lacking("what happened", columns)
    lines = [
        "# Guessed from the names and values of the columns: correct it before it is used.",
        "log: A recorded log",
        "",
    ]
    lines += ["columns:", f"  ticket: {_quoted(found['ticket'])}", f"  at: {_quoted(at)}"]
    if form not in ("", "iso"):
        lines.append(f'  format: "{form}"')
        reasons.append(f"times look like {form}")
    if not _has_offset(values[at]):
        lines.append("  zone: Europe/Paris  # the log's times have no offset: name the zone of its wall clock")
        reasons.append("the times have no offset, so their zone has to be named")
    lines.append(f"  activity: {_quoted(activity)}")
    if "agent" in found:
        lines.append(f"  agent: {_quoted(found['agent'])}")
    if "severity" in found:
        lines += _severity(found["severity"], values[found["severity"]], reasons)
    final = _final(seen, found["ticket"], at, form, columns)
    if final:
        lines.append(f"  final: [{', '.join(map(_quoted, final))}]")
        reasons += [
            f"{name} holds instants after its rows: a final value, so it is read on a ticket's last row only"
            for name in final
        ]
    lines += ["", *_SUPPLIED, "", "rules:", *_rules(values[activity], reasons), "", "otherwise: note", ""]
    return Guess("\n".join(lines), tuple(reasons))


_SPOKEN = ("acknowledge", "ask", "answer", "escalate", "resolve", "refuse", "come_back", "withdraw", "note")
_SUPPLIED = (
    "supplied:",
    '  subject: "A recorded ticket"',
    "  description: The log keeps no text.",
    "  texts:",
    *(f'    {word}: "Recorded as {{activity}}."' for word in _SPOKEN),
)


def _lacking(what: str, columns: Sequence[str]) -> ValueError:
    return ValueError(
        f"no column looks like {what}; the columns are {', '.join(columns)}. Write the mapping yourself, after one of "
        "mappings/: docs/decisions/0008-replay.md has its keys"
    )


def _own_time(rows: Sequence[Row], ticket: str, named: str | None, times: Sequence[str]) -> str | None:
    """The column that tells when each row happened: of all with times, the one that differs most within a ticket.

    When a ticket was opened, and when it was closed, often stand on each of its rows.
    """
    if not times:
        return None
    told = {name: len({(row.values.get(ticket), row.values.get(name)) for row in rows}) for name in times}
    return max(times, key=lambda name: (told[name], name == named))


def _named(wanted: str, columns: Sequence[str]) -> str | None:
    plain = {re.sub(r"[_#\s]+", " ", name.lower()).strip() or name: name for name in columns}
    exact = next((plain[name] for name in NAMES[wanted] if name in plain), None)
    return exact or next((plain[given] for name in NAMES[wanted] for given in plain if name in given.split()), None)


def _form(values: Counter[str]) -> str | None:
    """How the times of a column are written: "iso", a form of strptime, or None when they are no times."""
    filled = [value for value in islice(values, 50) if value]
    if not filled:
        return None
    for form in ("iso", *_FORMS):
        try:
            for value in filled:
                _read(value, form)
        except ValueError:
            continue
        return form if any(len(value) > len("2025-03-31") for value in filled) else None
    return None


def _has_offset(values: Counter[str]) -> bool:
    first = next((value for value in values if value), "")
    try:
        return datetime.fromisoformat(first).tzinfo is not None
    except ValueError:
        return False


def _few(values: dict[str, Counter[str]], found: dict[str, str]) -> str | None:
    """The column with a few words that recur most: what happened is said in few words."""
    free = [name for name in values if name not in found.values() and 2 <= len(values[name]) <= MOST_VALUES]
    return min(free, key=lambda name: len(values[name]), default=None)


def _severity(column: str, values: Counter[str], reasons: list[str]) -> list[str]:
    ordered = sorted((value for value in values if value), key=_rank)
    if not 1 < len(ordered) <= 8:
        return []
    reasons.append(f"severities from the most severe on: {', '.join(ordered)}")
    told = ", ".join(f"{_quoted(value)}: {place}" for place, value in enumerate(ordered, 1))
    return [f"  severity: {{from: {_quoted(column)}, values: {{{told}}}}}"]


_SEVERE = (
    "critical",
    "major",
    "blocking",
    "urgent",
    "highest",
    "high",
    "important",
    "medium",
    "normal",
    "moderate",
    "low",
    "minor",
    "lowest",
)


def _rank(value: str) -> tuple[int, str]:
    plain = value.lower()
    place = next((n for n, word in enumerate(_SEVERE) if word in plain), len(_SEVERE))
    return place, plain


def _read(value: str, form: str) -> datetime:
    return datetime.fromisoformat(value) if form == "iso" else datetime.strptime(value, form)  # noqa: DTZ007


def _final(rows: Sequence[Row], ticket: str, at: str, form: str, columns: Sequence[str]) -> list[str]:
    """Columns with instants later than their own rows, and the same on each row of a ticket."""
    found = []
    for name in columns:
        if name in (ticket, at):
            continue
        later = 0
        per_ticket: dict[str, set[str]] = {}
        for row in rows:
            value = row.values.get(name, "")
            try:
                told, own = _read(value, form), _read(row.values[at], form)
            except ValueError:
                continue
            if (told.tzinfo is None) == (own.tzinfo is None) and told > own:
                later += 1
                per_ticket.setdefault(row.values[ticket], set()).add(value)
        if later and all(len(one) == 1 for one in per_ticket.values()):
            found.append(name)
    return found


def _rules(activities: Counter[str], reasons: list[str]) -> list[str]:
    lines, silent = [], []
    by_word: dict[str, list[str]] = {}
    for activity, _ in activities.most_common(MOST_VALUES):
        word = next((word for word, signs in WORDS if any(sign in activity.lower() for sign in signs)), None)
        if word is None:
            silent.append(activity)
        else:
            by_word.setdefault(word, []).append(activity)
    for word, _ in WORDS:
        for one in (by_word.get(word, []),) if by_word.get(word) else ():
            named = f"[{', '.join(map(_quoted, one))}]"
            reasons.append(f"{word}: {', '.join(one)}")
            # Where nothing else says that it is solved, closing does.
            closes = word == "consent" and "resolve" not in by_word
            lines.append((_CLOSES if closes else _RULES[word]).format(named=named))
    if silent:
        reasons.append(f"only noted: {', '.join(silent)}")
    return lines or ["  - {when: {first: true}, do: ignore}"]


_CLOSES = "  - {{when: {{activity: {named}, stage: [open, waiting]}}, do: [resolve, consent]}}"
_RULES = {
    "acknowledge": "  - {{when: {{activity: {named}, acknowledged: false}}, do: acknowledge}}",
    "ask": "  - {{when: {{activity: {named}, stage: open}}, do: ask}}",
    "answer": "  - {{when: {{activity: {named}, stage: waiting}}, do: answer}}",
    "escalate": "  - {{when: {{activity: {named}, level: support}}, do: {{escalate: {{level: consulting}}}}}}",
    "resolve": "  - {{when: {{activity: {named}, stage: [open, waiting]}}, do: resolve}}",
    "consent": "  - {{when: {{activity: {named}, stage: resolved}}, do: consent}}",
    "come_back": "  - {{when: {{activity: {named}, stage: [resolved, closed]}}, do: come_back}}",
    "refuse": "  - {{when: {{activity: {named}, stage: resolved}}, do: refuse}}",
    "withdraw": "  - {{when: {{activity: {named}, stage: [open, waiting]}}, do: withdraw}}",
}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
