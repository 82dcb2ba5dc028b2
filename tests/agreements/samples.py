"""A small agreement for tests, right as it stands; a test changes one thing in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements import AgreementError, Problem, compile_terms, load, parse, published
from domain.terms import Terms

SMALL = """\
agreement: small
title: {en: Small, fr: Petit}
publisher: A publisher
document: A document
languages: [en, fr]
zone: Europe/Paris
calendars:
  office:
    hours: {mon-fri: "09:00-18:00"}
    holidays: FR
    clause: A-1
severities:
  high:
    title: {en: High, fr: Haute}
    assumed: true
    response: {within: 4 h, on: office, clause: A-2}
    update: {every: 1 business day, on: office, warn: 30 min, clause: A-3}
    resolution: {within: 2 business days, on: office, clause: A-4}
  low:
    title: {en: Low, fr: Basse}
    assumed: true
    resolution: {within: next release, clause: A-4}
default_severity: {is: low, assumed: true}
levels:
  support: {title: {en: Support, fr: Support}, clause: A-5}
ladder:
  - {at: 80 %, of: resolution, tell: team, assumed: true}
waiting: {pauses: [resolution], clause: A-6}
first_response: {counts: [acknowledgement], clause: A-2}
updates: {kept_by: [status_update], clause: A-3}
resolution: {kinds: [fix], clause: A-4}
consent: {from: [client], silence: keep asking, refusal: resume, clause: A-7}
reopening: {within: 30 days, clocks: continue, assumed: true}
"""


def changed(old: str, new: str) -> str:
    """SMALL with one passage replaced."""
    assert SMALL.count(old) == 1, f"{old!r} must stand in the sample once"
    return SMALL.replace(old, new)


def refused(text: str, name: str | None = "small") -> list[Problem]:
    """The problems of a text that must be refused."""
    try:
        parse(text, file="small.yaml", name=name)
    except AgreementError as error:
        return error.problems
    raise AssertionError("this agreement should have been refused")


def terms_of(name: str, opened: date = date(2026, 11, 20), **choices: Any) -> Terms:
    """The terms of a ticket under one of the agreements that come with Escalade."""
    return compile_terms(load(published()[name]), opened=opened, **choices)


def local(text: str, zone: str = "Europe/Paris") -> datetime:
    """`2026-11-20 17:30` on the wall of a zone, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
