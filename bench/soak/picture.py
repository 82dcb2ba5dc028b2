"""The months as a picture: tickets open, the worker's memory, the longest history and how many runs there were."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

from bench.soak.run import LIMIT, Soak
from tests.foresight.random_lives import YEARS


def draw(soak: Soak, file: Path) -> None:
    """Writes an SVG; years are those in which the agreements' holidays fall."""
    days = [one.at.replace(year=one.at.year - YEARS) for one in soak.looks]
    figure, (crowd, memory, history, runs) = plt.subplots(4, 1, figsize=(11, 9), sharex=True, layout="constrained")
    crowd.fill_between(days, [one.open for one in soak.looks], color="#4393c3", alpha=0.6)
    crowd.set_ylabel("open tickets")
    memory.plot(days, [one.memory / 2**20 for one in soak.looks], color="#1b7837", label="worker and driver")
    memory.plot(
        days, [one.server / 2**20 for one in soak.looks], color="#bbbbbb", label="test server, which forgets nothing"
    )
    memory.set_ylim(bottom=0)
    memory.set_ylabel("memory (MB)")
    memory.legend(fontsize=8)
    history.plot(days, [one.longest for one in soak.looks], color="#762a83")
    history.axhline(LIMIT, color="#b2182b", linestyle="--", linewidth=1, label=f"continues as new after {LIMIT}")
    history.set_ylim(bottom=0)
    history.set_ylabel("longest history\n(events)")
    history.legend(fontsize=8)
    runs.plot(days, [one.events for one in soak.looks], color="#a6761d", label="events recorded")
    runs.plot(days, [one.runs for one in soak.looks], color="#762a83", label="runs begun")
    runs.set_yscale("log")
    runs.legend(fontsize=8)
    verdict = "everything held" if not soak.wrong else f"{len(soak.wrong)} findings"
    figure.suptitle(
        f"{soak.tickets} tickets, {soak.months} virtual months: {soak.updates:,} updates by time, {verdict}"
    )
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
