"""The picture of hours: what each package held over time, as steps, with where it expires."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.consumption import Movement, course
from domain.hours import Package
from papers.page import legible
from papers.words import Words

MEDIA_TYPE = "image/svg+xml"
LOOKS_BACK = timedelta(days=400)
"""Packages that expired longer ago are left out."""
MOST = 12
"""Packages in one picture; the newest."""


@dataclass(frozen=True)
class Theme:
    """The colours of a picture: of what is written, of the ground, of the grid, and one for each package in turn."""

    ink: str
    ground: str
    grid: str
    quiet: str
    packages: tuple[str, ...]


LIGHT = Theme(
    "#222222", "#ffffff", "#dddddd", "#555555", ("#1b6ca8", "#c8553d", "#2f855a", "#8e5ea2", "#b7791f", "#4a5568")
)
DARK = Theme(
    "#d8dee6", "#13171f", "#333b48", "#a5b0bf", ("#6fb4ec", "#ff9d80", "#7ed6a4", "#d0a6e6", "#f0c060", "#b4c0d0")
)


def hours_picture(
    packages: Sequence[Package],
    movements: Sequence[Movement],
    client: str,
    now: datetime,
    words: Words,
    theme: Theme = LIGHT,
) -> bytes:
    """An SVG. Up to `now` the steps are drawn whole; what is left then goes on as dots to where it expires."""
    # Loaded when the first picture is drawn: the API does not need it to start.
    from matplotlib import rcParams
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    rcParams["svg.hashsalt"] = "escalade"  # or the same picture would have other ids in it each time
    zone = ZoneInfo(words.zone)
    shown = [one for one in packages if one.expires_at > now - LOOKS_BACK and one.bought_at <= now][-MOST:]
    figure = Figure(figsize=(10, 4.2), layout="constrained", facecolor=theme.ground)
    axes: Any = figure.add_subplot(facecolor=theme.ground)
    for number, package in enumerate(shown):
        _draw(axes, package, movements, now, words, theme, theme.packages[number % len(theme.packages)])
    title = f"{legible(client)}: {words.say('Hours left in each package')}"
    axes.set_title(
        title.replace(": ", " : ") if words.language == "fr" else title, loc="left", parse_math=False, color=theme.ink
    )
    axes.set_ylabel(words.say("Hours"))
    axes.set_xlabel(words.say("Day ({zone})", zone=words.zone_name))
    if shown:
        _time_axis(axes, shown, now, zone, words, theme)
    else:
        axes.text(0.5, 0.5, words.say("No package has been bought."), transform=axes.transAxes, ha="center")
        axes.set_xticks([])
        axes.set_yticks([])
    _ink(axes, theme)
    written = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None, "Title": title})  # type: ignore[no-untyped-call]
    return written.getvalue()


def _ink(axes: Any, theme: Theme) -> None:
    for text in (axes.xaxis.label, axes.yaxis.label, *axes.texts):
        if text.get_color() == "black":
            text.set_color(theme.ink)
    axes.tick_params(colors=theme.ink)
    for spine in axes.spines.values():
        spine.set_color(theme.quiet)


def _draw(
    axes: Any, package: Package, movements: Sequence[Movement], now: datetime, words: Words, theme: Theme, colour: str
) -> None:
    steps = course(package, movements, now)
    hours = [minutes / 60 for _, minutes in steps]
    size = words.time(package.minutes)
    axes.step([at for at, _ in steps], hours, where="post", color=colour, linewidth=2, label=f"{package.id} ({size})")
    if package.expires_at > now:
        axes.plot([now, package.expires_at], [hours[-1]] * 2, color=colour, linewidth=1.2, linestyle=":")
    axes.plot([package.expires_at], [0], color=colour, marker="v", markersize=8, clip_on=False, linestyle="none")
    axes.axvline(package.expires_at, color=colour, linewidth=0.8, alpha=0.5)
    axes.annotate(
        words.say("expires {day}", day=words.day(package.expires_at)),
        (package.expires_at, 0.98),
        xycoords=("data", "axes fraction"),
        xytext=(-4, 0),
        textcoords="offset points",
        rotation=90,
        ha="right",
        va="top",
        fontsize=8,
        color=colour,
        bbox={"facecolor": theme.ground, "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )


def _time_axis(axes: Any, shown: Sequence[Package], now: datetime, zone: ZoneInfo, words: Words, theme: Theme) -> None:
    from matplotlib import dates
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    begins, ends = min(one.bought_at for one in shown), max(now, *(one.expires_at for one in shown))
    margin = (ends - begins) * 0.02
    axes.set_xlim(begins - margin, ends + margin)
    axes.set_ylim(0, max(one.minutes for one in shown) / 60 * 1.08)
    axes.axvline(now, color=theme.quiet, linewidth=1, linestyle="--")
    axes.annotate(
        words.say("now"), (now, 0.02), xycoords=("data", "axes fraction"), xytext=(4, 0), textcoords="offset points",
        fontsize=8, color=theme.quiet,
    )  # fmt: skip
    axes.xaxis.set_major_locator(dates.AutoDateLocator(minticks=4, maxticks=9, tz=zone))  # type: ignore[no-untyped-call]
    day = FuncFormatter(lambda value, _: words.day(dates.num2date(value)))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(day)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=9, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(axis="x", labelsize=8, rotation=20)
    axes.grid(axis="y", color=theme.grid, linewidth=0.7)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=4, frameon=False, fontsize=9, labelcolor=theme.ink
    )
