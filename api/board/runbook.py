"""The runbook as a page: where alerts and findings lead to, whatever else of the documentation can be reached."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from fastapi import APIRouter, Request, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from api.access.auth import Caller
from api.board.showing import board_page
from api.context import Now
from api.operations.guide import RUNBOOK
from api.pages.language import PageLanguage

router = APIRouter(include_in_schema=False)
FILE = "runbook.md"


@router.get(RUNBOOK, operation_id="runbook_page")
async def runbook(request: Request, caller: Caller, now: Now, language: PageLanguage) -> Response:
    """docs/runbook.md, in English; every entry's heading is the anchor that alerts lead to."""
    return board_page(request, "board/runbook.html", caller=caller, language=language, now=now, text=html())


@cache
def html() -> Markup:
    """The runbook; each heading is an anchor, and no link leads to what is not served."""
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(_source().read_text(encoding="utf-8"))
    for heading, title in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", title.content.lower().replace(" ", "-"))
        elif heading.type == "fence":
            heading.attrSet("tabindex", "0")  # a line too long is scrolled by keyboard too
        elif heading.type == "inline":
            _unlink(heading)
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # our own document, no HTML in it


def _unlink(inline: Token) -> None:
    """What the document links to beside itself is not served: there, only the words stay."""
    kept, dropped = [], False
    for token in inline.children or []:
        if token.type == "link_open":
            dropped = not str(token.attrGet("href")).startswith(("#", "/", "https://", "http://"))
        if not (dropped and token.type in ("link_open", "link_close")):
            kept.append(token)
    inline.children = kept


def _source() -> Path:
    """Beside the package where it was installed; in docs/ where it is worked on."""
    packed = Path(str(files("api"))) / FILE
    return packed if packed.exists() else Path(__file__).parents[2] / "docs" / FILE
