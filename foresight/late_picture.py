"""The picture of lateness as SVG: a lane per kind, a bar from when a thing was due to when it was done, gaps shaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from foresight.late_sheet import Late, LateLane, LateSheet
from foresight.picture import GUTTER, RIGHT, STYLE, TOP, WIDTH
from foresight.picture_words import Words

LINE, PAD = 9, 10
LOWEST = 40
"""A lane is as high as its name and its count, also where it has one line."""
_TICKS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 40320)
)
_MOST_TICKS = 12
_DAYS = Words("en")
_LABEL = 40
_LEGEND = (("late", "from due to done"), ("missed", "promise missed, or not done yet"), ("closed", "nothing fired"))


def late_svg(sheet: LateSheet, title: str) -> str:
    """One SVG element that brings its own style, light and dark; every bar says on hover what it is."""
    heights = [_height(lane) for lane in sheet.lanes]
    height = TOP + max(sum(heights), LOWEST) + 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="life" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" aria-label="{escape(title, {chr(34): "&quot;"})}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        f'<text x="12" y="22" class="name">{escape(title)}</text>',
        *_gaps(sheet, height),
        *_axis(sheet, height),
    ]
    y = TOP
    for lane, high in zip(sheet.lanes, heights, strict=True):
        parts += _lane(sheet, lane, y)
        y += high
    if not sheet.lanes:
        parts.append(f'<text class="met" x="{GUTTER}" y="{TOP + 24}">Nothing was late.</text>')
    parts += _legend(height - 14)
    return "\n".join([*parts, "</svg>"])


def _height(lane: LateLane) -> int:
    return max(LOWEST, lane.lines * LINE + 2 * PAD)


def _x(sheet: LateSheet, at: datetime) -> float:
    share = (at - sheet.since) / (sheet.until - sheet.since)
    return round(GUTTER + max(0.0, min(1.0, share)) * (WIDTH - GUTTER - RIGHT), 1)


def _gaps(sheet: LateSheet, height: int) -> Iterator[str]:
    for since, until, told in sheet.gaps:
        x = _x(sheet, since)
        yield (
            f'<rect class="closed" x="{x}" y="{TOP - 22}" width="{max(1.5, round(_x(sheet, until) - x, 1))}" '
            f'height="{height - TOP - 10}"><title>{escape(told)}</title></rect>'
        )


def _axis(sheet: LateSheet, height: int) -> Iterator[str]:
    """A tick at round wall-clock times, about a dozen; the day where it begins."""
    zone, span = sheet.zone, sheet.until - sheet.since
    every = next((step for step in _TICKS if span / step <= _MOST_TICKS), timedelta(days=span.days // _MOST_TICKS + 1))
    yield f'<text class="soft" x="{GUTTER - 8}" y="{TOP - 28}" text-anchor="end">{escape(_called(sheet))}</text>'
    midnight = sheet.since.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    day = ""
    for number in range(int((span + timedelta(days=1)) / every) + 2):
        # By the wall clock: after a change of the clocks 9:00 is still called so.
        wall = midnight + number * every
        at = wall.replace(tzinfo=zone)
        if not sheet.since <= at <= sheet.until:
            continue
        x = _x(sheet, at)
        yield f'<line class="tick" x1="{x}" x2="{x}" y1="{TOP - 22}" y2="{height - 32}"/>'
        if x > WIDTH - RIGHT - _LABEL:
            continue  # its words would be cut off
        named = _DAYS.day(wall)
        if named != day:
            yield f'<text class="soft" x="{x + 3}" y="{TOP - 28}">{named}</text>'
            day = named
        if every < timedelta(days=1):
            yield f'<text class="soft" x="{x + 3}" y="{TOP - 12}">{wall:%H:%M}</text>'


def _called(sheet: LateSheet) -> str:
    return f"{sheet.since.astimezone(sheet.zone):%Z}"


def _lane(sheet: LateSheet, lane: LateLane, y: int) -> Iterator[str]:
    yield f'<line class="tick" x1="8" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
    yield f'<text class="name" x="12" y="{y + 17}">{escape(lane.name)}</text>'
    shown = "" if lane.count == len(lane.rows) else f", {len(lane.rows):,} shown"
    yield f'<text class="soft" x="12" y="{y + 32}">{lane.count:,}{shown}</text>'
    for line, row in lane.rows:
        yield from _bar(sheet, row, y + PAD + line * LINE)


def _bar(sheet: LateSheet, row: Late, y: int) -> Iterator[str]:
    x = _x(sheet, row.due)
    width = max(2.0, round(_x(sheet, row.done or sheet.ends) - x, 1))
    told = f"<title>{escape(row.told)}</title>"
    opacity = "" if row.look == "missed" else ' fill-opacity=".55"'
    yield f'<rect class="run late" x="{x}" y="{y}" width="{width}" height="{LINE - 3}" rx="2"{opacity}>{told}</rect>'
    if row.look != "late":
        yield f'<path class="mark missed" d="M{x - 4} {y - 3}h8l-4 8z">{told}</path>'


def _legend(y: int) -> Iterator[str]:
    x = GUTTER
    for kind, label in _LEGEND:
        if kind == "missed":
            yield f'<path class="missed" d="M{x + 2} {y - 9}h10l-5 9z"/>'
        else:
            border = ' stroke="var(--line)"' if kind == "closed" else ""
            yield f'<rect class="{kind}" x="{x}" y="{y - 9}" width="14" height="9" rx="1"{border}/>'
        yield f'<text class="soft" x="{x + 19}" y="{y}">{escape(label)}</text>'
        x += 40 + 7 * len(label)
