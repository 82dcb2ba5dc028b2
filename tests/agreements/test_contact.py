"""What a file may say of contact, and what it is told where it says it wrongly."""

from __future__ import annotations

from datetime import date

import pytest

from agreements import compile_terms, parse
from domain.words import Channel, Level, Means
from tests.agreements.samples import SMALL, refused

CONTACT = """\
contact:
  preferred: {channels: {high: [telephone, email]}, clause: A-8}
  updates: {by: [call, email], also: {high: [portal]}, clause: A-8}
  stays: {level: support, clause: A-8}
  on_demand: {tell: lead, clause: A-8}
  subjects:
    bill:
      {title: {en: Bill, fr: Facture}, role: account_manager, role_title: {en: Manager, fr: Chef}, clause: A-8}
"""
BILLED = "  support: {title: {en: Support, fr: Support}, billable: {%s}, clause: A-5}"
SUPPORT = "  support: {title: {en: Support, fr: Support}, clause: A-5}"


def test_what_stands_in_the_file_is_what_a_ticket_carries() -> None:
    terms = compile_terms(parse(SMALL + CONTACT), opened=date(2026, 3, 2)).contact
    assert terms.preferred == {"high": (Channel.telephone, Channel.email)}
    assert terms.updates_by == (Means.call, Means.email)
    assert terms.updates_also == {"high": (Channel.portal,)}
    assert (terms.stays, terms.on_demand) == (Level.support, "lead")


def test_an_agreement_that_does_not_speak_of_contact_promises_nothing() -> None:
    terms = compile_terms(parse(SMALL), opened=date(2026, 3, 2)).contact
    assert (terms.preferred, terms.updates_by, terms.updates_also, terms.stays) == ({}, (), {}, None)
    assert terms.on_demand == "manager"


@pytest.mark.parametrize(
    ("old", "new", "path", "told"),
    [
        ("channels: {high:", "channels: {hihg:", "contact.preferred.channels.hihg", "did you mean high?"),
        ("[telephone, email]", "[pigeon]", "contact.preferred.channels.high[0]", '"pigeon" is not allowed'),
        ("[telephone, email]", "[monitoring]", "contact.preferred.channels.high[0]", "portal, email, telephone"),
        ("by: [call, email]", "by: []", "contact.updates.by", "must not be empty"),
        ("also: {high: [portal]}", "also: {high: [email]}", "contact.updates.also.high[0]", "allowed: portal"),
        ("stays: {level: support", "stays: {level: rnd", "contact.stays.level", "it has support"),
        ("tell: lead", "tell: nobody", "contact.on_demand.tell", "allowed: lead, manager"),
        ("{en: Bill, fr: Facture}", "{en: Bill}", "contact.subjects.bill.title", "has no name in fr"),
        ("role: account_manager", "role: The Boss", "contact.subjects.bill.role", "is no name"),
        ("{tell: lead, clause: A-8}", "{tell: lead}", "contact.on_demand", "cites nothing"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused_at_its_place(old: str, new: str, path: str, told: str) -> None:
    assert CONTACT.count(old) == 1
    problems = refused(SMALL + CONTACT.replace(old, new))
    assert [(problem.path, told in problem.message) for problem in problems] == [(path, True)], problems


def test_work_that_is_billed_says_why_or_leaves_it_to_staff() -> None:
    words = {"why": "why: {en: Outside the contract., fr: Hors contrat.}, clause: A-9", "none": "clause: A-9"}
    for key, said in words.items():
        terms = compile_terms(parse(SMALL.replace(SUPPORT, BILLED % said)), opened=date(2026, 3, 2))
        level = terms.levels[Level.support]
        assert level.billed
        assert level.billable == ({"en": "Outside the contract.", "fr": "Hors contrat."} if key == "why" else {})
    (problem,) = refused(SMALL.replace(SUPPORT, BILLED % "why: {en: Outside., fr: Hors.}"))
    assert (problem.path, problem.message[:12]) == ("levels.support.billable", "cites nothin")
