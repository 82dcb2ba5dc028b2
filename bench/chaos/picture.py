"""The run as a picture: a lane for each part with what was done to it, commands per second, mails, and lateness."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bench.chaos.report import lateness
from bench.chaos.run import Outcome

COLOURS = {
    "kill": "#b2182b", "restart": "#ef8a62", "pause": "#4393c3", "reset": "#9970ab", "refuse": "#762a83",
    "hang": "#c2a5cf", "database": "#1b7837", "mail": "#a6761d",
}  # fmt: skip
_LEAST = 0.6
"""Seconds that a bar is wide at the least, or nobody would see what took a moment."""


def draw(outcome: Outcome, file: Path) -> None:
    """Writes an SVG."""
    figure, (lanes, rate, late) = plt.subplots(
        3, 1, figsize=(12, 9), sharex=True, height_ratios=(3, 1.2, 1.2), layout="constrained"
    )
    _lanes(outcome, lanes)
    _rate(outcome, rate)
    _late(outcome, late)
    verdict = "every promise held" if outcome.passed else f"{len(outcome.findings.wrong)} findings"
    figure.suptitle(f"Chaos, seed {outcome.size.seed}: {outcome.size.seconds:g} s of faults, {verdict}")
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def _lanes(outcome: Outcome, axes: Axes) -> None:
    names: list[str] = []
    for done in sorted(outcome.done, key=lambda one: (one.fault.kind in ("reset", "refuse", "hang"), str(one.fault))):
        name = _lane(done.fault.kind, done.fault.target)
        if name not in names:
            names.append(name)
        width = max(done.ended - done.began, _LEAST)
        axes.barh(names.index(name), width, left=done.began, color=COLOURS[done.fault.kind], height=0.7)
        if done.fault.kind in ("database", "mail"):
            axes.text(done.began, names.index(name) - 0.42, done.fault.target, fontsize=6)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    handles = [Rectangle((0, 0), 1, 1, color=colour) for colour in COLOURS.values()]
    axes.legend(handles, list(COLOURS), ncols=len(COLOURS), loc="upper center", bbox_to_anchor=(0.5, 1.1), fontsize=8)


def _lane(kind: str, target: str) -> str:
    return {"database": "postgres", "mail": "mail server"}.get(kind, target)


def _rate(outcome: Outcome, axes: Axes) -> None:
    answered: list[float] = []
    unanswered: list[float] = []
    refused: list[float] = []
    for one in outcome.holdings:
        for answer in one.answers:
            into = answered if answer.done else refused if answer.final else unanswered
            into.append(answer.at + answer.took)
    end = max([outcome.size.seconds, *answered, *unanswered, *refused])
    bins = [float(second) for second in range(int(end) + 2)]
    axes.hist(
        [answered, refused, unanswered], bins=bins, stacked=True, color=["#1b7837", "#bbbbbb", "#b2182b"],
        label=["done", "refused", "no answer yet"],
    )  # fmt: skip
    axes.hist(outcome.mails, bins=bins, histtype="step", color="#a6761d", label="mails arrived")
    axes.set_ylabel("per second")
    axes.legend(fontsize=8, loc="upper right")


def _late(outcome: Outcome, axes: Axes) -> None:
    points = lateness(outcome)
    axes.scatter([due for due, _ in points], [max(late, 0.001) for _, late in points], s=4, alpha=0.5)
    axes.set_yscale("log")
    axes.set_ylabel("late by (s)")
    axes.set_xlabel("seconds since the beginning; what time brought stands at its due instant")
    axes.grid(alpha=0.3)
