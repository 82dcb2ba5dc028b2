"""The pages' words: English sentences are the keys, `locale/<language>/*.po` holds each other language.

Several files may stand for one language, one for each door, so that a door's words lie together. What a file lacks is
shown in English; a test fails first.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
ENGLISH = "en"
LANGUAGES = (ENGLISH, "fr")
NAMES = {"en": "English", "fr": "Français"}
"""How a language calls itself."""
_HIGH_SIGNS = re.compile(" ([?!:;»])")
"""Signs before which French has a space, where no line may end."""


@cache
def sentences(language: str) -> dict[str, str]:
    """The translations of a language by English sentence; none for English itself."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.po")) if language != ENGLISH else ():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in catalogue:
            if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string:
                found[message.id] = _set(message.string, language)
    return found


def _set(sentence: str, language: str) -> str:
    """As a printer would set it."""
    return _HIGH_SIGNS.sub("\N{NO-BREAK SPACE}\\1", sentence) if language == "fr" else sentence


def say(language: str, sentence: str, /, **data: object) -> str:
    """The sentence in that language, `%(name)s` filled in; what is filled in is never itself interpreted."""
    said = sentences(language).get(sentence, sentence)
    return said % data if data else said


def mark(sentence: str) -> str:
    """Marks a sentence of a table in Python for the catalogues; `say` translates it when it is shown."""
    return sentence
