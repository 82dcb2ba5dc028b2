"""What the tests of recorded logs share: the mappings, terms, and rows written as a person would."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from textwrap import dedent

import pytest

from agreements import compile_terms, load, published
from agreements.plain import read as read_yaml
from domain.terms import Terms
from foresight.mapping import Mapping
from foresight.problems import checked
from foresight.recorded import Reading, read
from foresight.rows import Row

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "sample_log.csv"
REAL = ROOT.parent / "shared" / "data"
"""Recorded logs of others, which are not ours to pass on; tests that need them are skipped where they are absent."""

HELPDESK = REAL / "helpdesk_events.csv.gz"


def real(log: Path) -> Path:
    """The log; the test is skipped where it is absent."""
    if not log.exists():
        pytest.skip(f"{log.name} is not beside the repository: its publisher grants no redistribution")
    return log


SMALL = """
log: A small log
columns:
  ticket: id
  at: at
  zone: Europe/Paris
  activity: what
  agent: who
  level: {from: line, values: {"1": support, "2": consulting, "3": rnd}}
  severity: {from: prio, values: {A: 1, B: 2, Z: 9}}
supplied:
  subject: "{what} of {who}"
  description: nothing recorded
  texts: {acknowledge: hello, ask: "why?", answer: because, escalate: "to line {line}", resolve: done,
          come_back: again, triage: seen, note: "{activity}"}
rules:
  - {when: {stage: [resolved, closed]}, unless: {activity: [done, closed]}, do: come_back}
  - {when: {stage: waiting}, unless: {activity: wait}, do: answer}
  - {when: {changed: level}, do: escalate}
  - {when: {changed: severity}, do: triage}
  - {when: {activity: /^work/, acknowledged: false}, do: acknowledge}
  - {when: {activity: /^work/, changed: agent}, do: assign}
  - {when: {activity: wait, stage: open}, do: ask}
  - {when: {activity: done}, do: resolve}
  - {when: {activity: closed, stage: resolved}, do: consent}
otherwise: note
"""


def mapping(text: str = SMALL) -> Mapping:
    """The mapping in a text; MappingError when it is none."""
    found = read_yaml(dedent(text))
    assert not found.wrong
    return checked(found.data, file="mapping.yaml", line=found.line)


def mapping_of(name: str) -> Mapping:
    """One of the repository's mappings."""
    return mapping((ROOT / "mappings" / f"{name}.yaml").read_text())


@lru_cache
def terms(agreement: str, year: int = 2025, shift_years: int = 0) -> Terms:
    return compile_terms(load(published()[agreement]), opened=date(year, 1, 1), shift_years=shift_years)


def rows(*lines: str) -> list[Row]:
    """Rows of the small log: `id | at | what | who | line | prio`, the last ones left out when as usual."""
    usual = ("", "", "", "bob", "1", "B")
    found = []
    for number, line in enumerate(lines, 2):
        values = [value.strip() for value in line.split("|")]
        values += usual[len(values) :]
        found.append(Row(number, dict(zip(("id", "at", "what", "who", "line", "prio"), values, strict=True))))
    return found


def told(*lines: str, agreement: str = "trackforce", text: str = SMALL) -> list[str]:
    """The commands of the only ticket in those rows: `role step` each."""
    reading = reading_of(*lines, agreement=agreement, text=text)
    (ticket,) = reading.tickets
    return [f"{step.by.role} {step.step.type}" for step in ticket.steps]


def reading_of(*lines: str, agreement: str = "trackforce", text: str = SMALL, years: int = 0) -> Reading:
    return read(rows(*lines), mapping(text), lambda day: terms(agreement, day.year, years), years=years)
