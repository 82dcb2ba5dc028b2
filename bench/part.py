"""One part in a process of its own: `python -m bench.part NAME FILE [--quick]` writes its lines to FILE as JSON.

So a part that fails, hangs or eats memory takes no other with it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from bench.figure import Figure


class Part(NamedTuple):
    """A module of bench with `figures(quick)`, and the minutes after which it is given up."""

    name: str
    about: str
    minutes: float = 12


PARTS = {
    part.name: part
    for part in (
        Part("business_time", "opening-time arithmetic beside other packages"),
        Part("life", "history events and billed actions of whole lives"),
        Part("throughput", "tickets and commands per second through the API"),
        Part("lateness", "how late a clock is when nothing else happens"),
        Part("killed", "the first command after a worker's kill -9"),
        Part("cold", "a ticket that no worker remembers, beside one that it does"),
        Part("memory", "what a ticket takes in a worker"),
        Part("bytes", "what an open ticket takes in the engine's store"),
        Part("sealing", "what payload encryption adds to a command and to an event"),
        Part("storm", "thousands of commands on one ticket"),
        Part("defects", "telling every ticket that waits for a defect", 20),
        Part("lists", "lists, searches, board and pages over many tickets"),
        Part("foresight", "simulator and backtest"),
        Part("herd", "thousands of updates promised for one instant", 20),
        Part("migrations", "the schema changes while tickets are read and written", 20),
        Part("size", "what a ticket weighs in each store, and costs", 30),
        Part("months", "eight months of tickets in virtual time", 90),
        Part("equality", "the simulator against the real workflow", 90),
    )
}


def measured(name: str) -> Callable[[bool], list[Figure]]:
    """The part's `figures`."""
    found: Callable[[bool], list[Figure]] = import_module(f"bench.{name}").figures
    return found


def main(name: str, file: str, *more: str) -> None:
    """Measures, prints the part's details, and writes its lines."""
    found = measured(name)("--quick" in more)
    Path(file).write_text(json.dumps([one._asdict() for one in found]))


if __name__ == "__main__":
    main(*sys.argv[1:])
