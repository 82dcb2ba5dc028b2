"""Promises that cannot be kept are found, and shown by a ticket; those of the publishers that can are not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from agreements import AgreementError, compile_terms, parse
from foresight.linting import Finding, lint
from tests.foresight.test_backtest import OPENING_HOURS

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SPOKEN = frozenset({"en", "fr"})
UPDATES = """    update: {every: 90 min, assumed: true}
    resolution:"""
KEPT = "updates: {kept_by: [status_update], assumed: true}\nresolution: {kinds:"


def found(text: str) -> list[Finding]:
    return list(lint(compile_terms(parse(text), opened=date(2026, 3, 2)), NOW, SPOKEN))


def changed(*pairs: tuple[str, str]) -> str:
    text = OPENING_HOURS
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_an_agreement_whose_promises_can_be_kept_has_no_finding() -> None:
    assert found(OPENING_HOURS) == []


def test_an_update_every_90_minutes_with_a_response_of_4_hours_is_found_and_shown() -> None:
    (one,) = found(changed(("    resolution:", UPDATES), ("resolution: {kinds:", KEPT)))
    assert (one.code, one.place) == ("update_before_response", "severities.any.update")
    assert "every 90 min falls due before the first response (4 h)" in one.message
    assert one.seen == "opened Mon 2026-03-02 09:00: update due Mon 2026-03-02 10:30, response due Mon 2026-03-02 13:00"


def test_a_target_around_the_clock_that_is_shorter_than_the_closed_hours_is_found_and_shown() -> None:
    (one,) = found(changed(("response: {within: 4 h, on: office,", "response: {within: 4 h,")))
    assert (one.code, one.place) == ("due_while_closed", "severities.any.response")
    assert one.seen.startswith(
        "opened Fri 2026-03-06 18:00: due Fri 2026-03-06 22:00; office opens Mon 2026-03-09 09:00"
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("ladder: []", "ladder: [{at: 50 %, of: internal, tell: lead, assumed: true}]", "this step would never come"),
        (
            "ladder: []",
            "ladder: [{at: 50 %, of: response, tell: manager, assumed: true}, "
            "{at: 80 %, of: response, tell: team, assumed: true}]",
            "goes down the ladder",
        ),
        (
            "silence: keep asking",
            "silence: {close_after: 2 business days, on: office}, remind: {every: 3 business days, on: office}",
            "is not before silence closes the ticket",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_in_the_file_already(old: str, new: str, why: str) -> None:
    with pytest.raises(AgreementError, match=why):
        found(changed((old, new)))


def test_a_language_nobody_covers_is_found() -> None:
    spoken = re.sub(r"\{en: ([^{}]+)\}", r"{en: \1, pt: \1}", OPENING_HOURS).replace(
        "languages: [en]", "languages: [en, pt]"
    )
    (one,) = found(spoken)
    assert (one.code, one.place) == ("language_nobody_covers", "languages")
    assert '"pt" is promised' in one.message


def test_a_resolution_that_is_due_before_the_response_is_found() -> None:
    (one,) = found(changed(("resolution: {within: 40 h", "resolution: {within: 2 h")))
    assert one.code == "resolution_before_response"
