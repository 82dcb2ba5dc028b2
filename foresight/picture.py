"""The picture of a life as SVG: a lane per clock over a calendar, closed hours shaded, pauses hatched, marks that tell.

Made by hand and not by a plotting library: every mark carries its sentence (`<title>`), which a browser shows on hover
and a screen reader says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from foresight.lanes import Due, Lane, Mark, Run, Sheet
from foresight.picture_words import Words

WIDTH, GUTTER, RIGHT, TOP, LANE, ROW = 1240, 190, 20, 64, 40, 26
STYLE = """
svg.life{font:13px system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;--ink:#1c2733;--soft:#5b6776;
--ground:#fff;--closed:#edf0f4;--line:#d5dbe3;--runs:#4a86c5;--late:#c8383f;--met:#1f7a46;--open:#8a6100;
--client:#1f4e79;--staff:#7a4a9e;--steps:#3d4852}
@media (prefers-color-scheme:dark){svg.life{--ink:#e4e9ef;--soft:#a5b0bf;--ground:#151b22;--closed:#1f2731;
--line:#334050;--runs:#5b9bd8;--late:#ff7b80;--met:#77d39b;--open:#f0c26a;--client:#8fc1f2;--staff:#caa2e6;
--steps:#c2cbd6}}
svg.life .ground{fill:var(--ground)}svg.life .closed{fill:var(--closed)}svg.life text{fill:var(--ink)}
svg.life .soft{fill:var(--soft);font-size:11px}svg.life .name{font-weight:600}svg.life .tick{stroke:var(--line)}
svg.life .runs{fill:var(--runs)}svg.life .late{fill:var(--late)}svg.life .stands{fill:url(#stands)}
svg.life .hatch{stroke:var(--soft);stroke-width:2}svg.life .met{fill:var(--met)}svg.life .missed{fill:var(--late)}
svg.life .open,svg.life .cancelled{fill:none;stroke:var(--open);stroke-width:1.5}
svg.life .client{fill:var(--client)}svg.life .staff{fill:var(--staff)}svg.life .steps{fill:var(--steps)}
svg.life .mark:hover,svg.life .run:hover{opacity:.6}
"""


def svg(sheet: Sheet, words: Words, title: str) -> str:
    """The picture as one SVG element, sized by its content; it brings its own style, light and dark."""
    rows = [row for row in ("steps", "client", "staff") if any(mark.row == row for mark in sheet.marks)]
    height = TOP + LANE * len(sheet.lanes) + ROW * len(rows) + 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="life" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" aria-label="{_quoted(title)}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        '<defs><pattern id="stands" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>',
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        f'<text x="12" y="22" class="name">{escape(title)}</text>',
        *_closed(sheet, words, height),
        *_axis(sheet, words, height),
    ]
    y = TOP
    for lane in sheet.lanes:
        parts += _lane(sheet, words, lane, y)
        y += LANE
    for row in rows:
        parts += _row(sheet, words, row, y)
        y += ROW
    parts += _legend(words, height - 14)
    return "\n".join([*parts, "</svg>"])


def _x(sheet: Sheet, at: datetime) -> float:
    share = (at - sheet.since) / (sheet.until - sheet.since)
    return round(GUTTER + max(0.0, min(1.0, share)) * (WIDTH - GUTTER - RIGHT), 1)


def _closed(sheet: Sheet, words: Words, height: int) -> Iterator[str]:
    for since, until in sheet.closed:
        x = _x(sheet, since)
        yield (
            f'<rect class="closed" x="{x}" y="{TOP - 22}" width="{round(_x(sheet, until) - x, 1)}" '
            f'height="{height - TOP - 10}"><title>{escape(words.closed(sheet.calendar))}</title></rect>'
        )


def _axis(sheet: Sheet, words: Words, height: int) -> Iterator[str]:
    zone = ZoneInfo(sheet.zone)
    day = sheet.since.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    days = max(1, (sheet.until - sheet.since).days)
    every = next((step for step in (1, 2, 7, 14, 28, 91) if days / step <= 14), 365)
    yield f'<text class="soft" x="{GUTTER - 8}" y="{TOP - 28}" text-anchor="end">{escape(sheet.zone)}</text>'
    if days <= 3:
        yield from _hours(sheet, zone, height, 3 if days <= 1 else 6)
    while day.astimezone(zone) < sheet.until:
        x = _x(sheet, day)
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="{TOP - 22}" y2="{height - 32}"/>'
        yield f'<text class="soft" x="{x + 3}" y="{TOP - 28}">{escape(words.day(day))}</text>'
        # By the wall clock: a day of a clock change is one day.
        day = (day.replace(tzinfo=None) + timedelta(days=every)).replace(tzinfo=zone)


def _hours(sheet: Sheet, zone: ZoneInfo, height: int, every: int) -> Iterator[str]:
    at = sheet.since.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while at < sheet.until:
        if at.hour % every == 0 and at.hour:
            x = _x(sheet, at)
            yield f'<line class="tick" x1="{x}" x2="{x}" y1="{TOP - 22}" y2="{height - 32}" stroke-dasharray="2 3"/>'
            yield f'<text class="soft" x="{x + 2}" y="{TOP - 12}">{at:%H:%M}</text>'
        at += timedelta(hours=1)


def _lane(sheet: Sheet, words: Words, lane: Lane, y: int) -> Iterator[str]:
    yield f'<line class="tick" x1="8" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
    yield f'<text class="name" x="12" y="{y + 17}">{escape(words.clock(lane.kind))}</text>'
    yield f'<text class="soft" x="12" y="{y + 32}">{escape(_short(lane.promise))}</text>'
    for run in lane.runs:
        yield _run(sheet, words, run, y)
    for due in lane.dues:
        yield _due(sheet, words, due, y)


def _run(sheet: Sheet, words: Words, run: Run, y: int) -> str:
    x = _x(sheet, run.since)
    width = max(1.5, round(_x(sheet, run.until) - x, 1))
    told = escape(words.run(run, sheet.zone))
    box = f'x="{x}" y="{y + 14}" width="{width}" height="12" rx="2"'
    return f'<rect class="run {run.kind}" {box}><title>{told}</title></rect>'


def _due(sheet: Sheet, words: Words, due: Due, y: int) -> str:
    x = _x(sheet, due.at)
    told = escape(words.due(due, sheet.zone))
    return f'<path class="mark {due.outcome}" d="M{x - 5} {y + 4}h10l-5 9z"><title>{told}</title></path>'


def _row(sheet: Sheet, words: Words, row: str, y: int) -> Iterator[str]:
    yield f'<line class="tick" x1="8" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
    yield f'<text class="name" x="12" y="{y + 17}">{escape(words.row(row))}</text>'
    for mark in sheet.marks:
        if mark.row == row:
            yield _mark(sheet, words, mark, y + 13)


def _mark(sheet: Sheet, words: Words, mark: Mark, y: int) -> str:
    x = _x(sheet, mark.at)
    told = f"<title>{escape(words.mark(mark, sheet.zone))}</title>"
    if mark.row == "steps":
        return f'<rect class="mark steps" x="{x - 4}" y="{y - 4}" width="8" height="8" rx="1">{told}</rect>'
    return f'<circle class="mark {mark.row}" cx="{x}" cy="{y}" r="4.5">{told}</circle>'


def _legend(words: Words, y: int) -> Iterator[str]:
    x = GUTTER
    for kind, label in words.legend():
        if kind in ("met", "missed"):
            yield f'<path class="{kind}" d="M{x} {y - 9}h10l-5 9z"/>'
        else:
            yield f'<rect class="{kind}" x="{x}" y="{y - 9}" width="14" height="9" rx="1"/>'
        yield f'<text class="soft" x="{x + 19}" y="{y}">{escape(label)}</text>'
        x += 40 + 7 * len(label)


def _short(text: str) -> str:
    return text if len(text) <= 26 else text[:25] + "…"


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})
