"""The page about webhooks lists exactly the types of events that there are, each with its facts."""

from __future__ import annotations

import re
from pathlib import Path

from domain.webhooks import EVENTS, INTERNAL

PAGE = (Path(__file__).parents[1] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def test_every_type_is_listed_with_its_facts_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.+?) \| (ours)? ?\|$", PAGE, re.MULTILINE)
    told = {name: (set(re.findall(r"`([a-z_]+)`", facts)), mark == "ours") for name, facts, mark in rows}
    assert told == {
        name: ({str(fact.model_fields["type"].default) for fact in facts}, name in INTERNAL)  # type: ignore[attr-defined]  # all are models
        for name, facts in EVENTS.items()
    }
