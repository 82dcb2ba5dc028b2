"""The catalogues hold exactly the sentences of the code, each whole in its language."""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from activities.staff_texts import STAFF_TEXTS
from activities.texts import LOCALE, TEMPLATES, Texts
from tests.activities.samples import sample

ALIKE = {"Ticket"}
"""Sentences that are the same in French."""


@cache
def spoken() -> frozenset[tuple[str, str]]:
    """Every file of the code that says something, with each English sentence that it says."""
    found = extract_from_dir(LOCALE.parent, [("*.py", "python")], keywords={"say": None, "mark": None})
    return frozenset((str(file), str(msgid)) for file, _, msgid, _, _ in found)


@cache
def sentences() -> frozenset[str]:
    """Every English sentence that the code says."""
    return frozenset(msgid for _, msgid in spoken())


def entries(file: Path) -> list[Message]:
    with file.open("rb") as opened:
        return [entry for entry in read_po(opened) if entry.id]


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/escalade.po"))
WHOLE = "fr"
"""The language that clients and staff of every agreement read."""
NOT_OL_CARES = ("staff_texts.py", "texts_money.py", "texts_provider.py")
"""Texts that no client of OL Care receives, whose regions speak the other languages (OL-22)."""


@cache
def of_staff() -> set[str]:
    """Sentences that only staff reads, wherever they stand: they are English for a ticket in another language."""
    written: dict[bool, set[str]] = {True: set(), False: set()}
    for template, words in TEMPLATES.items():
        source = inspect.getsource(words)
        written[template in STAFF_TEXTS] |= {msgid for msgid in sentences() if json.dumps(msgid) in source}
    return written[True] - written[False]


@cache
def of_clients() -> set[str]:
    """Every sentence that a client of OL Care can read."""
    theirs = {msgid for file, msgid in spoken() if file not in NOT_OL_CARES}
    return theirs - of_staff() - ONLY_STAFF


ONLY_STAFF = {
    "For this severity the agreement prefers contact by: {channels}.", "There since", "Status", "Service", "From", "To",
    "It is promised by {moment}.",
}  # fmt: skip
"""Said by helpers of staff's texts, or of other agreements'."""


def test_there_is_a_catalogue_for_every_language_of_the_agreements() -> None:
    assert Texts().languages == ("en", "de", "es", "fr", "ja", "nl")


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_catalogue_has_every_sentence_that_is_read_in_it_and_no_other(file: Path) -> None:
    has = {entry.id for entry in entries(file)}
    if file.parts[-3] == WHOLE:
        assert has == sentences()
    else:
        assert of_clients() - has == set()
        assert has <= sentences()


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_every_translation_is_there_and_takes_the_same_data(file: Path) -> None:
    for entry in entries(file):
        assert entry.string, entry.id
        assert not entry.fuzzy, entry.id
        assert fields(entry.string) == fields(entry.id), entry.id


def test_no_french_sentence_is_still_english() -> None:
    left = {entry.id for entry in entries(LOCALE / "fr/LC_MESSAGES/escalade.po") if entry.id == entry.string}
    assert left == ALIKE


def test_french_punctuation_has_its_spaces() -> None:
    for entry in entries(LOCALE / "fr/LC_MESSAGES/escalade.po"):
        assert not re.search(r"[^\u00a0][:;?!%]", entry.string), entry.string
        assert "'" not in entry.string, entry.string


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_french_mail_holds_no_english_sentence(template: str) -> None:
    mail = Texts(link=str).write(sample(template, "fr"), "fr")
    said = f"{mail.subject}\n{mail.text}".replace("\n", " ")
    english = {
        part.strip() for sentence in sentences() for part, *_ in Formatter().parse(sentence) if len(part.split()) > 2
    }
    assert [part for part in english if part in said] == []
