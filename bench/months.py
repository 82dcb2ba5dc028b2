"""Eight months of 500 tickets in virtual time (`python -m bench months`; with a picture: `make soak`)."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench.figure import Figure
from bench.soak.__main__ import MONTHS, SEED, TICKETS, table
from bench.soak.run import LIMIT, soak

QUICK = 8


def figures(quick: bool) -> list[Figure]:
    """What of the months is held to a goal."""
    count = QUICK if quick else TICKETS
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(soak(SEED, count, MONTHS, Path(folder), lambda line: print(line, file=sys.stderr)))
    Console().print(table(found))
    for line in found.wrong[:10]:
        Console().print(line, highlight=False)
    renewed = found.runs > found.tickets
    return [
        Figure(
            "lives that the simulator tells otherwise",
            len(found.compared.different),
            "",
            count,
            "lives",
            "months_differ",
        ),
        Figure("latest update that nobody wrote", found.latest, "s", None, "", "months_late", sound=found.updates > 0),
        Figure("longest history", found.longest, "events", LIMIT, "the limit", "months_history", sound=renewed),
        Figure("the worker's memory in the end", found.growth, "", 1, "of the third month", "months_memory"),
    ]
