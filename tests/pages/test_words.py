"""Every sentence of the pages stands in each language's catalogue, and no catalogue says what no page does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

from api.pages.catalogue import ENGLISH, LANGUAGES, say, sentences
from api.pages.rendering import TEMPLATES

API = Path(__file__).parents[2] / "api"
OTHERS = [language for language in LANGUAGES if language != ENGLISH]
SPEAKERS = ("mark", "say", "_")


def of_templates() -> set[str]:
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        with path.open("rb") as file:
            for _, _, said, _ in babel_extract(file, ["_", "gettext", "ngettext"], [], {"trimmed": "true"}):
                found |= {one for one in (said if isinstance(said, tuple) else (said,)) if one}
    return found


def of_python() -> set[str]:
    """First texts of `mark("...")`, `_("...")` and `say(language, "...")`."""
    found: set[str] = set()
    for path in API.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "api.pages.catalogue" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKERS:
                texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                found |= set(texts[:1])
    return found


def test_the_pages_say_something() -> None:
    assert len(of_templates()) > 10


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    assert sorted((of_templates() | of_python()) - set(sentences(language))) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str) -> None:
    assert sorted(set(sentences(language)) - of_templates() - of_python()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_in_what_the_sentence_does(language: str) -> None:
    for sentence, said in sentences(language).items():
        assert names(said) == names(sentence), sentence


def names(sentence: str) -> set[str]:
    return {part.split(")")[0] for part in sentence.split("%(")[1:]}


def test_what_is_filled_in_is_not_interpreted() -> None:
    assert say("en", "%(who)s wrote", who="%(x)s 100 %") == "%(x)s 100 % wrote"
