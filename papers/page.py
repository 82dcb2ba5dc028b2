"""A page that stands alone: one HTML document without a script, a foreign server or a picture of its own."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1.5rem; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #8886; }
th { font-weight: 600; } tfoot td { font-weight: 600; border-bottom: 0; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.number.wrap { white-space: normal; }
.short { white-space: nowrap; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 12rem; }
.small { opacity: .75; font-size: .9rem; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; }
  .wide { overflow: visible; } .text { min-width: 8rem; } th, td { padding: .25rem .4rem; }
  thead { display: table-header-group; } }
"""


def style_digest() -> str:
    """What a browser is told of the style sheet, so that it takes that one and no other: SHA-256 in base 64."""
    return b64encode(sha256(_STYLE.encode()).digest()).decode()


def document(language: str, title: str, parts: Iterable[str]) -> str:
    """The whole page; `parts` are HTML already."""
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)}</title><style>{_STYLE}</style>"
    )
    body = "\n".join(part for part in parts if part)
    return f'<!doctype html>\n<html lang="{safe(language)}"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Labels and values."""
    return "<dl>" + "".join(f"<dt>{safe(label)}</dt><dd>{safe(value)}</dd>" for label, value in pairs) + "</dl>"


def table(head: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], foot: Sequence[str] | None = None) -> str:
    """`head` is (title, kind) for each column, where kind is number, short or text; `foot` has a cell for each."""
    kinds = [kind for _, kind in head]
    titles = "".join(f'<th scope="col" class="{kind}">{safe(title)}</th>' for title, kind in head)
    lines = "".join(f"<tr>{_cells(row, kinds)}</tr>\n" for row in rows)
    last = f"<tfoot><tr>{_cells(foot, kinds)}</tr></tfoot>" if foot else ""
    return f'<div class="wide"><table><thead><tr>{titles}</tr></thead>\n<tbody>\n{lines}</tbody>{last}</table></div>'


def heading(text: str, level: int = 2) -> str:
    """A heading."""
    return f"<h{level}>{safe(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph; nothing for no text."""
    return f'<p class="{kind}">{safe(text)}</p>' if text else ""


def safe(text: str) -> str:
    """Text as text, whatever somebody wrote into it; control characters are shown, not sent."""
    return escape(legible(text))


def legible(text: str) -> str:
    """Without what no reader can see: control characters but line breaks, and halves of characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join("\ufffd" if unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n" else sign for sign in lines)


def _cells(row: Sequence[str], kinds: Sequence[str]) -> str:
    return "".join(f'<td class="{kind}">{safe(cell)}</td>' for cell, kind in zip(row, kinds, strict=True))
