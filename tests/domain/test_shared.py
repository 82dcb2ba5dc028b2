"""Thousands of tickets carry the terms of few agreements: equal ones, read from JSON, are one object."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from domain.commands import Open
from tests.factories import opening


def test_two_tickets_read_from_their_histories_hold_the_same_terms() -> None:
    written = opening("T1").model_dump_json(), opening("T2").model_dump_json()
    first, second = (Open.model_validate_json(text) for text in written)
    assert first.terms is second.terms
    assert first.terms == opening("T1").terms
    assert first.model_dump_json() == written[0]


def test_terms_that_differ_are_two() -> None:
    written = opening("T1").model_dump(mode="json")
    other = json.loads(json.dumps(written))
    other["terms"]["default_severity"] = "minor"
    first, second = (Open.model_validate_json(json.dumps(one)) for one in (written, other))
    assert (first.terms.default_severity, second.terms.default_severity) != ("minor", "minor")
    assert second.terms.default_severity == "minor"


def test_terms_that_are_no_terms_are_refused_each_time_they_are_read() -> None:
    written = opening("T1").model_dump(mode="json")
    written["terms"]["levels"] = "none"
    for _ in range(2):
        with pytest.raises(ValidationError, match="levels"):
            Open.model_validate_json(json.dumps(written))
