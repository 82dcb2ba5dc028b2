"""Bars as SVG, for the report of a backtest: shares missed, how late, work by hour. Every bar says its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from foresight.picture import STYLE

WIDTH, GUTTER, BAR, GAP = 1040, 170, 18, 12
SIGN = 6.8
"""About what a sign of a name is wide; a name that were cut off would name nothing."""
_COLOURS = ("var(--runs)", "var(--open)", "var(--staff)", "var(--met)", "var(--steps)")


@dataclass(frozen=True)
class Bar:
    """One bar of a group: which series it is of, how long (None: nothing to show), its number, what it says on hover.

    `further` is a second, lighter length that begins at 0 as well: a 90th percentile behind a median.
    """

    series: int
    length: float | None
    label: str
    told: str
    further: float = 0.0


def grouped(
    groups: Sequence[tuple[str, Sequence[Bar]]],
    series: Sequence[str],
    title: str,
    axis: Sequence[tuple[float, str]],
) -> str:
    """Horizontal bars in groups with a name each, a colour for each of the `series`. `axis`: its ticks, ascending."""
    most = axis[-1][0]
    bars = sum(len(own) for _, own in groups)
    height = 40 + bars * (BAR + 3) + len(groups) * GAP + 24 + (22 if len(series) > 1 else 0)
    gutter = max([GUTTER, *(int(len(name) * SIGN) + 20 for name, _ in groups)])
    room = WIDTH - gutter - 190
    end = 40 + bars * (BAR + 3) + len(groups) * GAP
    parts = [_begin(WIDTH, height, title)]
    for value, label in axis:
        x = gutter + room * value / most
        parts.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="34" y2="{end}"/>')
        parts.append(f'<text class="soft" x="{x:.1f}" y="{end + 14}" text-anchor="middle">{escape(label)}</text>')
    y = 40
    for name, own in groups:
        middle = y + (len(own) * (BAR + 3)) / 2 + 3
        parts.append(f'<text x="{gutter - 10}" y="{middle:.1f}" text-anchor="end">{escape(name)}</text>')
        for bar in own:
            parts += _bar(bar, gutter, y, room / most)
            y += BAR + 3
        y += GAP
    if len(series) > 1:
        parts += _legend(series, gutter, height - 8)
    return "".join([*parts, "</svg>"])


def _bar(bar: Bar, x: int, y: int, scale: float) -> Iterator[str]:
    told = f"<title>{escape(bar.told)}</title>"
    wide = 0.0
    if bar.length is None:
        yield f'<text class="soft" x="{x + 6}" y="{y + 14}">{escape(bar.label)}{told}</text>'
        return
    for length, opacity in ((bar.further, ' fill-opacity=".35"'), (bar.length, "")):
        if length > 0:
            wide = max(wide, 1.5, length * scale)
            yield (
                f'<rect class="mark s{bar.series % 5}" x="{x}" y="{y}" width="{max(1.5, length * scale):.1f}" '
                f'height="{BAR}" rx="2"{opacity}>{told}</rect>'
            )
    yield f'<text x="{x + wide + 6:.1f}" y="{y + 14}">{escape(bar.label)}{told}</text>'


def by_hour(series: Sequence[tuple[str, Sequence[int]]], title: str, what: str, most: int = 0) -> str:
    """Columns for the 24 hours of the day, the series one upon the other. `what` is counted; `most`: at least so high.

    Two pictures that are to be compared have the same `most`.
    """
    height, top, bottom, left = 270, 54, 48, 60
    highest = max([most, *(sum(values[hour] for _, values in series) for hour in range(24))]) or 1
    step = next(size for size in _rounds() if highest / size <= 5)
    full = step * -(-highest // step)
    parts = [_begin(WIDTH, height, title)]
    for value in range(0, full + 1, step):
        y = height - bottom - (height - top - bottom) * value / full
        parts.append(f'<line class="tick" x1="{left}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="soft" x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,}</text>')
    parts.append(f'<text class="soft" x="12" y="34">{escape(what)}</text>')
    wide = (WIDTH - left - 20) / 24
    for hour in range(24):
        y = float(height - bottom)
        for number, (name, values) in enumerate(series):
            tall = (height - top - bottom) * values[hour] / full
            y -= tall
            told = escape(f"{hour:02d}:00–{hour:02d}:59, {name}: {values[hour]:,} {what}")
            if tall:
                parts.append(
                    f'<rect class="mark s{number % 5}" x="{left + hour * wide + 2:.1f}" y="{y:.1f}" '
                    f'width="{wide - 4:.1f}" height="{tall:.1f}"><title>{told}</title></rect>'
                )
        parts.append(
            f'<text class="soft" x="{left + hour * wide + wide / 2:.1f}" y="{height - bottom + 15}" '
            f'text-anchor="middle">{hour:02d}</text>'
        )
    parts += _legend([name for name, _ in series], left, height - 10)
    return "".join([*parts, "</svg>"])


def round_axis(highest: float, unit: str) -> list[tuple[float, str]]:
    """Ticks from 0 to at least `highest`, at most six, at round numbers of a unit."""
    step = next(size for size in _rounds() if highest / size <= 5)
    return [(float(step * place), f"{step * place:,} {unit}") for place in range(max(1, int(-(-highest // step))) + 1)]


def _rounds() -> Iterator[int]:
    size = 1
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10


def _legend(names: Sequence[str], x: int, y: int) -> Iterator[str]:
    for number, name in enumerate(names):
        yield f'<rect class="s{number % 5}" x="{x}" y="{y - 9}" width="11" height="11"/>'
        yield f'<text class="soft" x="{x + 15}" y="{y}">{escape(name)}</text>'
        x += 40 + int(SIGN * len(name))


def _begin(width: int, height: int, title: str) -> str:
    colours = "".join(f"svg.life .s{number}{{fill:{colour}}}" for number, colour in enumerate(_COLOURS))
    label = escape(title, {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="life" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" aria-label="{label}"><title>{escape(title)}</title>'
        f"<style>{STYLE}{colours}</style>"
        f'<rect class="ground" width="{width}" height="{height}"/>'
        f'<text class="name" x="12" y="18">{escape(title)}</text>'
    )
