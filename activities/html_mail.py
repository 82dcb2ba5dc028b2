"""The HTML of a mail: one layout for every template (`layout/mail.html.j2`); whatever people wrote is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from activities.letters import Lines, Part, Quote, one_line, plain
from activities.links import Action

PREVIEW = 140
"""Characters that mail programs show of a mail in their list."""

_layouts = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("layout")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


def html(
    *,
    language: str,
    subject: str,
    overline: str,
    title: str,
    parts: Sequence[Part],
    actions: Sequence[Action],
    closing: Sequence[str],
    facts: Iterable[tuple[str, str]],
) -> str:
    """The whole page. `overline` stands small above the title, `closing` below the buttons, `facts` at the foot."""
    blocks = [block for part in parts if (block := _block(part)) is not None]
    return _layouts.get_template("mail.html.j2").render(
        language=language,
        subject=one_line(subject),
        overline=one_line(overline),
        title=one_line(title),
        preheader=_preview(parts),
        blocks=blocks,
        actions=actions,
        closing=closing,
        facts=[(label, one_line(value)) for label, value in facts],
    )


def _block(part: Part) -> dict[str, Any] | None:
    if isinstance(part, Lines):
        return {"kind": "lines", "lines": [one_line(line) for line in part.lines]}
    text = plain(part.text) if isinstance(part, Quote) else part
    return {"kind": "said" if isinstance(part, Quote) else "words", "text": text} if text.strip() else None


def _preview(parts: Sequence[Part]) -> str:
    """What people wrote says more than the sentence that announces it."""
    said = next((part.text for part in parts if isinstance(part, Quote) and part.text.strip()), None)
    text = one_line(said or next((part for part in parts if isinstance(part, str) and part), ""))
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1].rstrip() + "…"
