"""The rows of the queue, written in one go: a page has fifty of them with four clocks each.

Written here and not by a template: each piece of a template passes through every frame around it, and for a row that is
thirty pieces; they were half of what a page of the board took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup, escape

from api.board.countdown import Countdown
from api.board.rows import Line
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from domain.words import ClockKind, Status

NOBODY, SELECT = _("nobody"), _("Select")


def written_rows(
    lines: Iterable[Line],
    language: str,
    *,
    statuses: Mapping[Status, str],
    columns: Mapping[ClockKind, str],
    dial: Callable[[Countdown], Markup],
    picks: bool,
) -> Markup:
    """A `<tr>` for each ticket; `picks`: with a box to select it. Words of statuses and columns are the reader's."""
    nobody = f'<span class="muted">{escape(say(language, NOBODY))}</span>'
    select = escape(say(language, SELECT))
    heads = [(kind, f'<td class="dial" data-label="{escape(title)}">') for kind, title in columns.items()]
    states = {status: escape(words) for status, words in statuses.items()}

    def row(line: Line) -> str:
        ticket, clocks = line.ticket, line.clocks
        id_ = escape(ticket.id)
        pick = ""
        if picks:
            box = f'<input type="checkbox" name="ticket[]" value="{id_}" aria-label="{select} {id_}">'
            pick = f'<td class="pick">{box}</td>'
        marks = "".join(f' <span class="mark">{escape(say(language, one))}</span>' for one in line.marks)
        who = escape(line.who) if line.who else nobody
        counting = "".join(f"{head}{dial(clocks[kind]) if kind in clocks else ''}</td>" for kind, head in heads)
        return (
            f'<tr id="t-{id_}" class="{line.nearest}" data-ticket="{id_}" data-version="{ticket.version}">{pick}'
            f'<td class="ref number"><a href="/board/tickets/{id_}">{id_}</a></td>'
            f'<td class="what"><a href="/board/tickets/{id_}" tabindex="-1">{escape(ticket.subject)}</a>{marks}</td>'
            f'<td class="client">{escape(line.client)}</td>'
            f'<td class="severity rank-{line.rank}">{escape(line.severity)}</td>'
            f'<td class="state">{states[ticket.status]}</td>'
            f'<td class="who-has">{who}<small>{escape(line.level)}</small></td>{counting}</tr>\n'
        )

    return Markup("".join(map(row, lines)))  # whatever others wrote is escaped above
