"""What a scenario expects and does not get is told so that one sees what to change."""

from __future__ import annotations

from typing import Any

import pytest

from foresight.expecting import differences
from tests.foresight.plays import played

STEPS = [
    {"after": "30 min", "staff": "acknowledge", "means": "call"},
    {"after": "3 h", "staff": "resolve", "kind": "fix", "cause": "usage", "cause_text": "Wrongly used."},
]
HOLDS: list[dict[str, Any]] = [
    {"clock": "response", "verdict": "met", "due": "2026-03-02 10:00", "late": "none"},
    {"clock": "update", "met": 3, "missed": 0},
    {"clock": "update", "number": 2, "due": "2026-03-02 11:00"},
    {"message": "update_automatic", "to": "the-client", "language": "en", "at": "2026-03-02 11:00"},
    {"message": "update_automatic", "to": "contact/the-client", "times": 1},
    {"message": "consent_reminder", "times": 0},
    {"status": "resolved", "level": "support", "refused": 0, "minutes": 0},
]
DOES_NOT: list[tuple[dict[str, Any], str]] = [
    ({"clock": "response", "verdict": "missed"}, "the response clock is met, not missed; is due 2026-03-02 10:00"),
    (
        {"clock": "response", "due": "2026-03-02 10:01"},
        "the response clock is due 2026-03-02 10:00, not 2026-03-02 10:01",
    ),
    ({"clock": "response", "late": "2 h"}, "the response clock was kept in time, not 2 h late"),
    ({"clock": "response", "number": 2, "verdict": "met"}, "there were 1 response clocks, so there is no number 2"),
    ({"clock": "update", "missed": 1}, "0 of the 3 update clocks were missed, not 1"),
    ({"message": "question"}, "question was not sent; sent were opened"),
    (
        {"message": "opened", "language": "fr"},
        "no opened fits; it was sent 2026-03-02 09:00 to contact the-client (en)",
    ),
    ({"message": "opened", "times": 3}, "opened was sent 1 times, not 3; it was sent 2026-03-02 09:00"),
    ({"status": "closed"}, "status is resolved, not closed"),
    ({"level": "rnd"}, "level is support, not rnd"),
    ({"minutes": 15}, "minutes is 0, not 15"),
]


def found(*expect: dict[str, Any]) -> list[tuple[int, str]]:
    life = played(ticket={"severity": "critical"}, steps=STEPS, until="1 h", expect=expect)
    return list(differences(life))


@pytest.mark.parametrize("line", HOLDS, ids=str)
def test_what_holds_makes_no_difference(line: dict[str, Any]) -> None:
    assert found(line) == []


@pytest.mark.parametrize(("line", "told"), DOES_NOT, ids=[str(line) for line, _ in DOES_NOT])
def test_what_does_not_hold_says_what_was_found_instead(line: dict[str, Any], told: str) -> None:
    ((number, said),) = found({"status": "resolved"}, line)
    assert number == 1
    assert said.startswith(told), said
