"""The words of a mail that has HTML only: as a person reads them, and without what is quoted."""

from __future__ import annotations

import re

from inscriptis import get_text
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig
from lxml import etree, html

from api.mailroom.headers import clean

LONGEST = 1_000_000
"""Characters of HTML that are read; what is longer is data, and stands in the original."""

_QUOTED = (
    "//blockquote[@type='cite'] | //*[contains(concat(' ', @class, ' '), ' gmail_quote ')]"
    " | //*[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')] | //*[contains(@class, 'yahoo_quoted')]"
    " | //*[@id='divRplyFwdMsg'] | //*[@id='appendonsend'] | //*[@id='mail-editor-reference-message-container']"
)
"""What the usual mail programs put around the mail that is answered."""
_ALL_BEHIND = ("divRplyFwdMsg", "appendonsend")
"""Outlook's marks: whatever stands behind them, beside them, is the mail that is answered."""
MOST_QUOTED = 200
"""Quotations that are cut out; a mail with more is made to cost time, and is read whole."""

MOST_CELLS = 5_000
"""Cells of tables that are laid out; the cost of more grows faster than their number."""
_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False, display_images=False)


def words(source: str) -> tuple[str, str]:
    """All the words, and those that are no quotation. Never raises: what cannot be parsed loses its tags only."""
    source = source[:LONGEST]
    if len(re.findall(r"<t[dhr]\b", source, re.IGNORECASE)) > MOST_CELLS:
        bare = _bare(source)
        return bare, bare
    whole = _text(source)
    try:
        tree = html.fromstring(source)
        found = tree.xpath(_QUOTED)
        if len(found) > MOST_QUOTED:
            return whole, whole
        for quoted in found:
            # By hand: asking XPath for the siblings behind each mark takes minutes where somebody wrote a lot of them.
            while quoted.get("id") in _ALL_BEHIND and (behind := quoted.getnext()) is not None:
                quoted.getparent().remove(behind)
            # What stands behind the quotation in the same paragraph hangs on it, and stays.
            before, words_behind = quoted.getprevious(), quoted.tail or ""
            parent = quoted.getparent()
            if parent is None:
                continue
            if before is not None:
                before.tail = (before.tail or "") + words_behind
            else:
                parent.text = (parent.text or "") + words_behind
            parent.remove(quoted)
        own = _text(html.tostring(tree, encoding="unicode"))
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        own = whole
    return whole, own


def _text(source: str) -> str:
    try:
        text = get_text(source, _CONFIG)
    except (etree.LxmlError, ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError):
        text = ""
    if not text.strip():
        # Nested too deeply for the parser, or no HTML at all.
        return _bare(source)
    return _tidy(text)


def _bare(source: str) -> str:
    """Without tags, and nothing laid out."""
    return _tidy(re.sub(r"<[^<>]*>", " ", source))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in clean(text.replace("\xa0", " ")).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
