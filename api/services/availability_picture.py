"""The picture of a service's availability: up, down and left out along the time it is measured over."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from matplotlib import dates
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from domain.availability import Availability, Span
from domain.terms.provider import AvailabilityTerms

_WORDS = {
    "en": {
        "title": "{service}: {percent} % available, {at_least} % promised over {days} days ({verdict})",
        "nothing": "{service}: nothing counts in this time",
        "met": "kept", "missed": "missed", "up": "up", "down": "down, counted", "left_out": "down, not counted",
        "planned": "planned maintenance", "axis": "Day ({zone})",
    },
    "fr": {
        "title": "{service} : disponible à {percent} %, {at_least} % promis sur {days} jours ({verdict})",
        "nothing": "{service} : rien ne compte sur cette période",
        "met": "tenu", "missed": "manqué", "up": "en service", "down": "interrompu, compté",
        "left_out": "interrompu, non compté", "planned": "entretien planifié", "axis": "Jour ({zone})",
    },
}  # fmt: skip


def draw(service: str, terms: AvailabilityTerms, kept: Availability, planned: Sequence[Span], language: str) -> bytes:
    """An SVG with a bar for the whole time, its days those of the agreement's zone.

    An outage of a minute is still a line that can be seen.
    """
    words = _WORDS.get(language, _WORDS["en"])
    figure = Figure(figsize=(10, 2.4), layout="constrained")
    axes = figure.add_subplot()
    begin, end = kept.begins_at, kept.ends_at
    axes.axvspan(_at(begin), _at(end), color="#cfe8d5", label=words["up"], linewidth=0)
    told: set[str] = set()
    for start, finish in planned:
        _bar(axes, max(start, begin), min(finish, end), "#9db8d9", "planned", words, told)
    for one in kept.outages:
        outage = one.outage
        kind = "down" if one.counts else "left_out"
        until = end if outage.up_at is None else min(outage.up_at, end)
        _bar(axes, max(outage.down_since, begin), until, {"down": "#c0392b"}.get(kind, "#8a8a8a"), kind, words, told)
    axes.set_xlim(_at(begin), _at(end))
    axes.set_yticks([])
    zone = ZoneInfo(terms.zone)
    axes.set_xlabel(words["axis"].format(zone=terms.zone))
    axes.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=12, tz=zone))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(dates.DateFormatter("%d.%m.", tz=zone))  # type: ignore[no-untyped-call]
    axes.set_title(_title(service, terms, kept, words), fontsize=11, loc="left", parse_math=False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.35), ncols=4, frameon=False, fontsize=9)
    written = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return written.getvalue()


def _title(service: str, terms: AvailabilityTerms, kept: Availability, words: dict[str, str]) -> str:
    if kept.percent is None:
        return words["nothing"].format(service=service)
    comma = "," if words is _WORDS["fr"] else "."
    return words["title"].format(
        service=service,
        percent=kept.percent.replace(".", comma),
        at_least=f"{terms.at_least:f}".replace(".", comma),
        days=f"{terms.over / 86_400:g}",
        verdict=words["met" if kept.met else "missed"],
    )


def _bar(
    axes: object, start: datetime, end: datetime, colour: str, kind: str, words: dict[str, str], told: set[str]
) -> None:
    label = words[kind] if kind not in told else "_nolegend_"
    told.add(kind)
    # The edge has a width of its own, so that what is short on 30 days does not vanish between two pixels.
    axes.axvspan(_at(start), _at(end), facecolor=colour, edgecolor=colour, linewidth=1, label=label)  # type: ignore[attr-defined]


def _at(instant: datetime) -> float:
    return float(dates.date2num(instant))  # type: ignore[no-untyped-call]
