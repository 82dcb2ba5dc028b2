"""The catalogues hold exactly the sentences of the code, each whole in its language."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from activities.texts import LOCALE, TEMPLATES, Texts
from tests.activities.samples import sample

ALIKE = {"Ticket"}
"""Sentences that are the same in French."""


def sentences() -> set[str]:
    """Every English sentence that the code says."""
    found = extract_from_dir(LOCALE.parent, [("*.py", "python")], keywords={"say": None, "mark": None})
    return {msgid for _, _, msgid, _, _ in found}


def entries(file: Path) -> list[Message]:
    with file.open("rb") as opened:
        return [entry for entry in read_po(opened) if entry.id]


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/escalade.po"))


def test_there_is_a_catalogue_for_french() -> None:
    assert Texts().languages == ("en", "fr")


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parts[-3])
def test_a_catalogue_has_every_sentence_of_the_code_and_no_other(file: Path) -> None:
    assert {entry.id for entry in entries(file)} == sentences()


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
    mail = Texts().write(sample(template, "fr"), "fr")
    said = f"{mail.subject}\n{mail.text}".replace("\n", " ")
    english = {
        part.strip() for sentence in sentences() for part, *_ in Formatter().parse(sentence) if len(part.split()) > 2
    }
    assert [part for part in english if part in said] == []
