"""The shape of a message: what a template's words become before they are a mail."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from activities.phrases import Phrases

WIDTH = 76
INDENT = "    "


@dataclass(frozen=True)
class Quote:
    """What a person wrote: shown indented, line by line as given, neither wrapped nor interpreted."""

    text: str


@dataclass(frozen=True)
class Lines:
    """Lines of ours that belong together."""

    lines: tuple[str, ...]


Part = str | Quote | Lines


@dataclass(frozen=True)
class Letter:
    """`title` goes into the subject; `parts` are our paragraphs and people's quotes; empty ones are left out."""

    title: str
    parts: tuple[Part, ...]


Words = Callable[[Phrases, Mapping[str, Any]], Letter]
"""The words of one template: its language's phrases and the message's data in, a letter out."""


def one_line(text: str) -> str:
    """The text on one line, without control characters: fit for a header, and for a line of facts."""
    return " ".join(_without_controls(text, " ").split())


def body(parts: Iterable[Part]) -> str:
    """The parts as plain text with a blank line between them."""
    return "\n\n".join(filter(str.strip, map(_shown, parts)))


def facts(lines: Iterable[str]) -> str:
    """One fact a line, below the mark that mail programs know as the beginning of a signature."""
    return "-- \n" + "\n".join(_wrapped(line, hang="  ") for line in lines)


def _shown(part: Part) -> str:
    if isinstance(part, Quote):
        return _quoted(part.text)
    return "\n".join(map(_wrapped, part.lines)) if isinstance(part, Lines) else _wrapped(part)


def _wrapped(text: str, hang: str = "") -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


def plain(text: str) -> str:
    """What a person wrote, line by line; a control character, which could move a cursor, is shown and not dropped."""
    lines = text.strip("\r\n").replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join(_without_controls(line, "\ufffd").rstrip() for line in lines)


def _quoted(text: str) -> str:
    return "\n".join(INDENT + line if line else "" for line in plain(text).split("\n"))


def _without_controls(text: str, instead: str) -> str:
    # "Cs" is half a character, which no encoding can carry.
    return "".join(instead if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
