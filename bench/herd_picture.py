"""The herd as a picture: when updates promised for one instant were in the record, with and without a spread."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from bench.promised import Kept

SECONDS = 2
"""Of one bar."""


def draw(file: Path, drained: list[Kept], kept: list[Kept], sent: int) -> None:
    """Writes an SVG. `drained` went out at the instant itself, `kept` (of `sent`) before it."""
    mpl.rcParams["svg.hashsalt"] = "herd"  # the same picture is the same file
    figure, (above, below) = plt.subplots(2, 1, figsize=(10, 6), sharex=True, layout="constrained")
    _bars(above, drained, "#b2182b", f"{len(drained):,} updates without lead and spread: worked off after the instant")
    _bars(below, kept, "#1b7837", f"{sent:,} updates with lead and spread: in the record before the instant")
    below.set_xlabel("seconds from 09:00:00, the instant for which they are promised")
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def _bars(axes: Axes, found: list[Kept], colour: str, title: str) -> None:
    times = [one.recorded for one in found]
    first, last = int(min(times)) - SECONDS, int(max(times)) + 2 * SECONDS
    axes.hist(times, bins=[float(edge) for edge in range(first, last, SECONDS)], color=colour)
    axes.axvline(0, color="black", linewidth=1)
    axes.set_title(title, fontsize=10)
    axes.set_ylabel(f"updates in {SECONDS} s")
    axes.grid(axis="y", alpha=0.3)
