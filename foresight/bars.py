"""Bars as SVG, for the report of a backtest: shares that were missed, work by hour. Every bar says its number."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from foresight.picture import STYLE

WIDTH, GUTTER, BAR = 760, 230, 20
SIGN = 6.8
"""About what a sign of a name is wide; a name that were cut off would name nothing."""


def shares(rows: Sequence[tuple[str, float | None, str]], title: str) -> str:
    """Horizontal bars from 0 to 100 %: each a name, a share (None: nothing was decided), and what it says on hover."""
    height = 34 + len(rows) * (BAR + 8) + 22
    gutter = max([GUTTER, *(int(len(name) * SIGN) + 20 for name, _, _ in rows)])
    parts = [_begin(WIDTH + gutter - GUTTER, height, title)]
    room = WIDTH - GUTTER - 70
    for place in range(0, 101, 25):
        x = gutter + room * place / 100
        parts.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="28" y2="{height - 20}"/>')
        parts.append(f'<text class="soft" x="{x:.1f}" y="{height - 6}" text-anchor="middle">{place} %</text>')
    for number, (name, share, told) in enumerate(rows):
        y = 34 + number * (BAR + 8)
        parts.append(f'<text x="{gutter - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>')
        if share is None:
            parts.append(f'<text class="soft" x="{gutter + 6}" y="{y + 15}">–</text>')
            continue
        wide = max(1.0, room * share)
        parts.append(
            f'<rect class="mark late" x="{gutter}" y="{y}" width="{wide:.1f}" height="{BAR}" rx="2">'
            f"<title>{escape(told)}</title></rect>"
        )
        parts.append(f'<text x="{gutter + wide + 6:.1f}" y="{y + 15}">{share * 100:.1f} %</text>')
    return "".join([*parts, "</svg>"])


def by_hour(series: Sequence[tuple[str, Sequence[int]]], title: str) -> str:
    """Columns for the 24 hours of the day, the series one upon the other."""
    height, top, bottom = 240, 30, 40
    most = max((sum(values[hour] for _, values in series) for hour in range(24)), default=0) or 1
    parts = [_begin(WIDTH, height, title)]
    step = (WIDTH - 60) / 24
    for hour in range(24):
        y = float(height - bottom)
        for number, (name, values) in enumerate(series):
            tall = (height - top - bottom) * values[hour] / most
            y -= tall
            told = escape(f"{hour:02d}:00–{hour:02d}:59, {name}: {values[hour]}")
            parts.append(
                f'<rect class="mark s{number % 5}" x="{50 + hour * step:.1f}" y="{y:.1f}" width="{step - 3:.1f}" '
                f'height="{tall:.1f}"><title>{told}</title></rect>'
            )
        parts.append(
            f'<text class="soft" x="{50 + hour * step + step / 2 - 2:.1f}" y="{height - 26}" '
            f'text-anchor="middle">{hour:02d}</text>'
        )
    parts.append(f'<text class="soft" x="44" y="{top + 8}" text-anchor="end">{most}</text>')
    x = 50
    for number, (name, _) in enumerate(series):
        parts.append(f'<rect class="s{number % 5}" x="{x}" y="{height - 14}" width="11" height="11"/>')
        parts.append(f'<text class="soft" x="{x + 15}" y="{height - 5}">{escape(name)}</text>')
        x += 34 + 7 * len(name)
    return "".join([*parts, "</svg>"])


def _begin(width: int, height: int, title: str) -> str:
    colours = "".join(
        f"svg.life .s{number}{{fill:{colour}}}"
        for number, colour in enumerate(("var(--runs)", "var(--staff)", "var(--met)", "var(--open)", "var(--steps)"))
    )
    label = escape(title, {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="life" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" aria-label="{label}"><title>{escape(title)}</title>'
        f"<style>{STYLE}{colours}svg.life .open{{stroke:none}}</style>"
        f'<rect class="ground" width="{width}" height="{height}"/>'
        f'<text class="name" x="12" y="18">{escape(title)}</text>'
    )
