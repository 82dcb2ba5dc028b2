"""The picture of a life as SVG: a lane per clock over its hours, closed ones shaded, pauses hatched, marks that tell.

Made by hand and not by a plotting library: every mark carries its sentence (`<title>`), which a browser shows on hover
and a screen reader says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from foresight.lanes import Due, Lane, Mark, Run, Sheet, Span
from foresight.picture_words import Words

WIDTH, GUTTER, RIGHT, TOP, LANE, ROW = 1240, 190, 20, 64, 40, 26
DAY_LABEL, HOUR_LABEL, JOINED = 66, 34, 30
"""Pixels: what a day and an hour need to be read, and how far marks that touch are told as one."""
STYLE = """
svg.life{font:13px system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;--ink:#1c2733;--soft:#5b6776;
--ground:#fff;--closed:#edf0f4;--line:#d5dbe3;--runs:#4a86c5;--late:#c8383f;--met:#1f7a46;--open:#8a6100;
--client:#1f4e79;--staff:#7a4a9e;--steps:#3d4852}
@media (prefers-color-scheme:dark){svg.life{--ink:#e4e9ef;--soft:#a5b0bf;--ground:#151b22;--closed:#1f2731;
--line:#334050;--runs:#5b9bd8;--late:#ff7b80;--met:#77d39b;--open:#f0c26a;--client:#8fc1f2;--staff:#caa2e6;
--steps:#c2cbd6}}
svg.life .ground{fill:var(--ground)}svg.life .closed,svg.life .closed_hours{fill:var(--closed)}
svg.life text{fill:var(--ink)}
svg.life .soft{fill:var(--soft);font-size:11px}svg.life .name{font-weight:600}svg.life .tick{stroke:var(--line)}
svg.life .runs,svg.life .idle{fill:var(--runs)}svg.life .idle{opacity:.35}
svg.life .late{fill:var(--late)}svg.life .stands{fill:url(#stands)}
svg.life .hatch{stroke:var(--soft);stroke-width:2}svg.life .met{fill:var(--met)}svg.life .missed{fill:var(--late)}
svg.life .open,svg.life .cancelled{fill:var(--ground);stroke:var(--open);stroke-width:1.5}
svg.life .closed_hours{stroke:var(--line)}
svg.life .client{fill:var(--client)}svg.life .staff{fill:var(--staff)}svg.life .steps{fill:var(--steps)}
svg.life .mark:hover,svg.life .run:hover{opacity:.6}
"""


def svg(sheet: Sheet, words: Words, title: str) -> str:
    """The picture as one SVG element, sized by its content; it brings its own style, light and dark."""
    return svgs([(title, sheet)], words)


def svgs(lives: Sequence[tuple[str, Sheet]], words: Words) -> str:
    """One picture of a life, or of several below each other, each over its own calendar."""
    tall = [_height(sheet) for _, sheet in lives]
    title = " / ".join(dict.fromkeys(title for title, _ in lives))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="life" role="img" viewBox="0 0 {WIDTH} {sum(tall)}" '
        f'width="{WIDTH}" height="{sum(tall)}" aria-label="{_quoted(title)}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        '<defs><pattern id="stands" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>',
        f'<rect class="ground" width="{WIDTH}" height="{sum(tall)}"/>',
    ]
    for number, (name, sheet) in enumerate(lives):
        drawn = _drawn(sheet, words, name, tall[number])
        parts += drawn if not number else [f'<g transform="translate(0 {sum(tall[:number])})">', *drawn, "</g>"]
    return "\n".join([*parts, "</svg>"])


def _rows(sheet: Sheet) -> list[str]:
    return [row for row in ("steps", "client", "staff") if any(mark.row == row for mark in sheet.marks)]


def _height(sheet: Sheet) -> int:
    return TOP + LANE * len(sheet.lanes) + ROW * len(_rows(sheet)) + 46


def _drawn(sheet: Sheet, words: Words, title: str, height: int) -> Iterator[str]:
    rows, lanes_end = _rows(sheet), TOP + LANE * len(sheet.lanes)
    yield f'<text x="12" y="22" class="name">{escape(title)}</text>'
    yield from _closed(sheet, words, sheet.closed, sheet.calendar, (TOP - 22, TOP))
    yield from _closed(sheet, words, sheet.closed, sheet.calendar, (lanes_end, lanes_end + ROW * len(rows)))
    for number, lane in enumerate(sheet.lanes):
        y = TOP + LANE * number
        yield from _closed(sheet, words, lane.closed, lane.calendar, (y, y + LANE))
    yield from _axis(sheet, words, height)
    for number, lane in enumerate(sheet.lanes):
        yield from _lane(sheet, words, lane, TOP + LANE * number)
    for number, row in enumerate(rows):
        yield from _row(sheet, words, row, lanes_end + ROW * number)
    yield from _legend(words, _shown(sheet, rows), height - 14)


def _shown(sheet: Sheet, rows: Sequence[str]) -> set[str]:
    """The kinds of things that this picture has in it: its legend explains no others."""
    runs = {run.kind for lane in sheet.lanes for run in lane.runs}
    dues = {f"due_{due.outcome}" for lane in sheet.lanes for due in lane.dues}
    shaded = {"closed_hours"} if sheet.closed or any(lane.closed for lane in sheet.lanes) else set()
    return runs | dues | shaded | set(rows)


def _x(sheet: Sheet, at: datetime) -> float:
    share = (at - sheet.since) / (sheet.until - sheet.since)
    return round(GUTTER + max(0.0, min(1.0, share)) * (WIDTH - GUTTER - RIGHT), 1)


def _closed(
    sheet: Sheet, words: Words, spans: Sequence[Span], calendar: str, between: tuple[int, int]
) -> Iterator[str]:
    top, bottom = between
    for since, until in spans:
        x = _x(sheet, since)
        yield (
            f'<rect class="closed" x="{x}" y="{top}" width="{round(_x(sheet, until) - x, 1)}" '
            f'height="{bottom - top}"><title>{escape(words.closed(calendar))}</title></rect>'
        )


def _axis(sheet: Sheet, words: Words, height: int) -> Iterator[str]:
    zone = ZoneInfo(sheet.zone)
    begins, ends = sheet.since.astimezone(zone), sheet.until.astimezone(zone)
    day = begins.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    span = sheet.until - sheet.since
    days = max(1, span.days)
    every = next((step for step in (1, 2, 7, 14, 28, 91) if days / step <= 14), 365)
    years = f"{begins.year}" if begins.year == ends.year else f"{begins.year}/{ends.year}"
    yield (f'<text class="soft" x="{GUTTER - 8}" y="{TOP - 28}" text-anchor="end">{escape(sheet.zone)}, {years}</text>')
    if _x(sheet, day) - GUTTER > DAY_LABEL:
        yield f'<text class="soft" x="{GUTTER + 3}" y="{TOP - 28}">{escape(words.day(begins))}</text>'
    steps = ((timedelta(hours=8), 1), (timedelta(days=1), 3), (timedelta(days=3), 6), (timedelta(days=6), 12))
    hours = next((step for most, step in steps if span <= most), None)
    if hours is not None:
        yield from _hours(sheet, zone, height, hours)
    while day.astimezone(zone) < sheet.until:
        x = _x(sheet, day)
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="{TOP - 22}" y2="{height - 32}"/>'
        if x + DAY_LABEL < WIDTH:  # its words would be cut off
            yield f'<text class="soft" x="{x + 3}" y="{TOP - 28}">{escape(words.day(day))}</text>'
        # By the wall clock: a day of a clock change is one day.
        day = (day.replace(tzinfo=None) + timedelta(days=every)).replace(tzinfo=zone)


def _hours(sheet: Sheet, zone: ZoneInfo, height: int, every: int) -> Iterator[str]:
    at = sheet.since.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while at < sheet.until:
        wall = at.astimezone(zone)
        if wall.hour % every == 0 and wall.hour:
            x = _x(sheet, at)
            yield f'<line class="tick" x1="{x}" x2="{x}" y1="{TOP - 22}" y2="{height - 32}" stroke-dasharray="2 3"/>'
            if x + HOUR_LABEL < WIDTH:
                yield f'<text class="soft" x="{x + 2}" y="{TOP - 12}">{wall:%H:%M}</text>'
        at += timedelta(hours=1)


def _lane(sheet: Sheet, words: Words, lane: Lane, y: int) -> Iterator[str]:
    promised = ", ".join(words.promise(one) for one in lane.promises)
    yield f'<line class="tick" x1="8" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
    yield f'<text class="name" x="12" y="{y + 17}">{escape(words.clock(lane.kind))}</text>'
    yield f'<text class="soft" x="12" y="{y + 32}">{escape(_short(promised))}<title>{escape(promised)}</title></text>'
    for run in lane.runs:
        yield _run(sheet, words, run, y)
    for due in lane.dues:
        yield _due(sheet, words, due, y)


def _run(sheet: Sheet, words: Words, run: Run, y: int) -> str:
    x = _x(sheet, run.since)
    width = max(1.5, round(_x(sheet, run.until) - x, 1))
    told = escape(words.run(run, sheet.zone))
    tall = 6 if run.kind == "idle" else 12
    box = f'x="{x}" y="{y + 20 - tall // 2}" width="{width}" height="{tall}" rx="{0 if run.kind == "idle" else 2}"'
    return f'<rect class="run {run.kind}" {box}><title>{told}</title></rect>'


def _due(sheet: Sheet, words: Words, due: Due, y: int) -> str:
    x = _x(sheet, due.at)
    told = escape(words.due(due, sheet.zone))
    return f'<path class="mark {due.outcome}" d="M{x - 5} {y + 4}h10l-5 9z"><title>{told}</title></path>'


def _row(sheet: Sheet, words: Words, row: str, y: int) -> Iterator[str]:
    yield f'<line class="tick" x1="8" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
    yield f'<text class="name" x="12" y="{y + 17}">{escape(words.word(row))}</text>'
    for marks in _touching(sheet, [mark for mark in sheet.marks if mark.row == row]):
        yield _marks(sheet, words, marks, y + 13)


def _touching(sheet: Sheet, marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Marks that would lie over one another are one mark, which tells them all: none hides what another says."""
    found: list[Mark] = []
    for mark in marks:
        if found:
            x = _x(sheet, mark.at)
            if x - _x(sheet, found[-1].at) > 9 or x - _x(sheet, found[0].at) > JOINED:
                yield found
                found = []
        found.append(mark)
    if found:
        yield found


def _marks(sheet: Sheet, words: Words, marks: Sequence[Mark], y: int) -> str:
    since, until = _x(sheet, marks[0].at), _x(sheet, marks[-1].at)
    told = escape("\n".join(words.mark(mark, sheet.zone) for mark in marks))
    row = marks[0].row
    box = f'x="{round(since - 4.5, 1)}" y="{y - 4.5}" width="{round(until - since + 9, 1)}" height="9"'
    return f'<rect class="mark {row}" {box} rx="{1 if row == "steps" else 4.5}"><title>{told}</title></rect>'


def _legend(words: Words, shown: set[str], y: int) -> Iterator[str]:
    explained = words.legend(shown)
    wide = sum(38 + int(6.2 * len(label)) for _, label in explained)
    x = max(12, min(GUTTER, WIDTH - RIGHT - wide))
    for kind, label in explained:
        if kind.startswith("due_"):
            yield f'<path class="{kind.removeprefix("due_")}" d="M{x + 2} {y - 9}h10l-5 9z"/>'
        elif kind in ("client", "staff", "steps"):
            round_ = 1 if kind == "steps" else 4.5
            yield f'<rect class="{kind}" x="{x + 3}" y="{y - 9}" width="9" height="9" rx="{round_}"/>'
        else:
            tall = 5 if kind == "idle" else 9
            yield f'<rect class="{kind}" x="{x}" y="{y - 4.5 - tall / 2}" width="14" height="{tall}" rx="1"/>'
        yield f'<text class="soft" x="{x + 19}" y="{y}">{escape(label)}</text>'
        x += 38 + int(6.2 * len(label))


def _short(text: str) -> str:
    return text if len(text) <= 26 else text[:25] + "…"


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})
