"""Scenarios of the tests, played under a published agreement."""

from __future__ import annotations

from typing import Any

from agreements import compile_terms, load, published
from foresight.playing import Played, play
from foresight.scenario import Scenario


def scenario(**fields: Any) -> Scenario:
    """A scenario that begins on Monday the 2nd of March 2026 at 09:00."""
    return Scenario.model_validate({"scenario": "A test", "opened": "2026-03-02 09:00", **fields})


def played(agreement: str = "trackforce", **fields: Any) -> Played:
    """What it comes to."""
    made = scenario(**fields)
    contract = made.contract
    terms = compile_terms(
        load(published()[agreement]),
        opened=made.opened_on.date(),
        programme=contract.programme,
        region=contract.region,
    )
    return play(made, terms)
