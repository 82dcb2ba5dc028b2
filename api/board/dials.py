"""One clock in a list: what is left, coloured and marked by how much of the target is used up.

Written here and not by a template: a page has hundreds of them, and they were most of what it cost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup, escape

from api.board.countdown import Countdown, written
from api.board.rows import REASONS
from api.pages import times
from api.pages.catalogue import mark as _
from api.pages.catalogue import say

STILL, OPEN, UNPROMISED = _("stands still"), _("no deadline"), _("no deadline is promised")
SAYS = {"half": _("over half used"), "near": _("nearly used up"), "late": _("missed")}
"""In words, for whoever does not see the colour; the style sheet shows the one that holds."""


def dials(language: str, now: datetime, zone: str) -> Callable[[Countdown], Markup]:
    """What writes a clock into a page in that language, read at `now` in `zone`."""
    units = (say(language, _("d")), say(language, _("h")), "", "")
    words = "".join(f'<span class="says-{name}">{escape(say(language, said))}</span>' for name, said in SAYS.items())
    rest = f'</span><span class="visually-hidden"> {words}</span></span>'
    unpromised = (
        f'<span class="left open" title="{escape(say(language, UNPROMISED))}">{escape(say(language, OPEN))}</span>'
    )

    def dial(one: Countdown) -> Markup:
        if one.due is None:
            return Markup(unpromised if one.near_by == "open" else _still(one, language))  # escaped above
        shares = "".join(
            f' data-{name}="{at.isoformat()}"' for name, at in (("half", one.half), ("near", one.near)) if at
        )
        return Markup(  # of what others wrote nothing stands in it
            f'<span class="left {one.near_by}" data-due="{one.due.isoformat()}"{shares}'
            f' title="{escape(times.near(one.due, now, language, zone))}"><span class="sign" aria-hidden="true"></span>'
            f'<span class="figure number">{escape(written(one.left, units))}{rest}'
        )

    return dial


def _still(one: Countdown, language: str) -> str:
    why = ", ".join(say(language, REASONS.get(reason, reason)) for reason in one.why)
    return _plain("still", why, say(language, STILL))


def _plain(kind: str, title: str, words: str) -> str:
    return f'<span class="left {kind}" title="{escape(title)}">{escape(words)}</span>'
