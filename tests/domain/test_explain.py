"""A clock's explanation can be checked by hand: figures, pauses with their reasons, and the sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain import commands as cmd
from domain.events import Event
from domain.explain import explain
from domain.explanation import Explanation
from domain.telling import duration, promise
from domain.words import ClockKind
from tests.factories import ANNA, BOB, DAY, HOUR, MINUTE, MONDAY, Life


def explained(life: Life, kind: ClockKind, *, language: str = "en", told: bool = True, **more: Any) -> Explanation:
    """The newest clock of that kind, explained now."""
    clock = [clock for clock in life.ticket.clocks if clock.kind is kind][-1]
    history: list[Event] = life.events if told else []
    return explain(clock, life.ticket.terms, life.now, language=language, history=history, **more)


def test_a_running_clock_says_what_is_used_and_left() -> None:
    life = Life().wait(20 * MINUTE)
    told = explained(life, ClockKind.response)
    assert (told.standing, told.budget, told.spent, told.left, told.late) == ("running", 3600, 1200, 2400, 0)
    assert told.due == MONDAY + HOUR
    assert told.sentence == ("First response, 60 min (assumed): due 2026-03-02 11:00 Europe/Paris, 40 min left of 1 h.")


def test_a_paused_clock_says_since_when_and_why() -> None:
    life = Life().do(BOB, cmd.Ask(question="Since when?"), HOUR).wait(30 * MINUTE)
    told = explained(life, ClockKind.resolution)
    assert (told.standing, told.due, told.spent, told.left) == ("paused", None, 3600, 7 * 3600)
    assert [(pause.since, pause.until, pause.reasons) for pause in told.pauses] == [(MONDAY + HOUR, None, ("waiting",))]
    assert told.sentence == (
        "Resolution, 8 h (assumed): stands still since 2026-03-02 11:00 Europe/Paris "
        "(the client’s information is awaited); 1 h used of 8 h."
    )


def test_pauses_that_are_over_keep_their_reasons_where_the_history_is_given() -> None:
    life = Life().do(BOB, cmd.Ask(question="Since when?"), HOUR).do(ANNA, cmd.Answer(text="Seven."), HOUR)
    life.do(BOB, cmd.Escalate(level="consulting", group="logistics", reason="Layout"), HOUR)
    life.do(BOB, cmd.Escalate(level="support", reason="It is right"), 30 * MINUTE).wait(MINUTE)
    told = explained(life, ClockKind.resolution)
    assert [(pause.until, pause.reasons) for pause in told.pauses] == [
        (MONDAY + 2 * HOUR, ("waiting",)),
        (MONDAY + timedelta(hours=3.5), ("level",)),
    ]
    untold = explained(life, ClockKind.resolution, told=False)
    assert [pause.reasons for pause in untold.pauses] == [(), ()]
    assert untold.model_copy(update={"pauses": told.pauses}) == told


def test_a_clock_that_is_late_says_how_late_and_so_does_one_that_was() -> None:
    life = Life().wait(90 * MINUTE)
    late = explained(life, ClockKind.response)
    assert (late.standing, late.late, late.left, late.verdict) == ("late", 1800, 0, None)
    assert late.sentence.endswith("was due 2026-03-02 11:00 Europe/Paris and is 30 min late.")
    life.do(BOB, cmd.Acknowledge(means="call", text="Sorry."), 15 * MINUTE).wait(DAY)
    ended = explained(life, ClockKind.response)
    assert (ended.standing, ended.late, ended.due) == ("missed", 2700, MONDAY + HOUR)
    assert ended.sentence.endswith(
        "missed: done on 2026-03-02 11:45 Europe/Paris, 45 min after it was due (2026-03-02 11:00 Europe/Paris)."
    )


def test_a_kept_clock_says_when_it_was_due() -> None:
    life = Life().do(BOB, cmd.Acknowledge(means="call", text="On it."), 10 * MINUTE).wait(DAY)
    kept = explained(life, ClockKind.response)
    assert (kept.standing, kept.spent, kept.left, kept.due) == ("met", 600, None, MONDAY + HOUR)
    assert "kept on 2026-03-02 10:10 Europe/Paris; it was due 2026-03-02 11:00 Europe/Paris." in kept.sentence


def test_a_promise_on_a_calendar_names_it_and_speaks_french() -> None:
    life = Life(severity="low").wait(HOUR)
    told = explained(life, ClockKind.response, language="fr")
    assert (told.calendar, told.zone, told.agreement, told.revision) == ("office", "Europe/Paris", "trial", "1")
    assert told.sentence == (
        "Première réponse, 2 jours ouvrés selon le calendrier office (supposé) : "
        "échéance 2026-03-04 10:00 Europe/Paris, il reste 17 h sur 18 h."
    )


def test_a_cancelled_clock_says_why_and_another_language_gives_english() -> None:
    life = Life().do(ANNA, cmd.Withdraw(reason="Solved."), HOUR)
    told = explained(life, ClockKind.resolution, language="tlh")
    assert told.standing == "cancelled"
    assert told.sentence == "Resolution, 8 h (assumed): no longer counts (closed: withdrawn)."


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("2 business days", "2 jours ouvrés"),
        ("1 business day", "1 jour ouvré"),
        ("14 to 28 days", "14 à 28 jours"),
        ("1 week", "1 semaine"),
        ("90 min", "90 min"),
        ("next release", "prochaine version"),
        ("best effort", "au mieux"),
    ],
)
def test_targets_are_told_in_french(english: str, french: str) -> None:
    assert promise(english, "fr") == french
    assert promise(english, "en") == english


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (59, "59 s"),
        (61, "1 min 01 s"),
        (2400, "40 min"),
        (3600, "1 h"),
        (93_900, "26 h 05 min"),
    ],
)
def test_durations_are_told_in_hours_for_a_day_of_work_is_no_24(seconds: int | None, words: str) -> None:
    assert duration(seconds) == words
