"""`python -m bench.soak [SEED [TICKETS [MONTHS [FILE.svg]]]]`, or `make soak SEED=1 TICKETS=500 MONTHS=8`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.soak.picture import draw
from bench.soak.run import GROWTH, LATE, LIMIT, SLACK, Soak, soak

SEED, TICKETS, MONTHS = 1, 500, 8


def table(found: Soak) -> Table:
    """What was measured, with the goals."""
    made = Table(title=f"{found.tickets} tickets through {found.months} virtual months, in {found.seconds:.0f} s")
    for heading in ("what", "measured", "goal"):
        made.add_column(heading, justify="left" if heading == "what" else "right")
    compared = found.compared
    rows = (
        ("lives that the simulator tells otherwise", f"{len(compared.different)}", "0"),
        ("... or alike at the engine's instants only", f"{len(compared.delayed)}", ""),
        ("events recorded and compared", f"{compared.events:,}", ""),
        ("updates that time brought, how late", f"{found.updates:,}; {found.latest:.2f} s", f"{LATE:g} s"),
        ("runs, and so continue-as-new", f"{found.runs:,}; {found.runs - found.tickets:,}", "more than 0"),
        ("longest history of a run, in events", f"{found.longest}", f"{LIMIT + SLACK}"),
        ("worker's memory, end over third month", f"{found.growth:.2f}", f"{GROWTH}"),
        ("overdue at the end", f"{found.overdue}", "0"),
    )  # fmt: skip
    for row in rows:
        made.add_row(*row)
    return made


def main(given: list[str] | None = None) -> int:
    """Prints the table and writes the picture; 1 when something did not hold."""
    words = given if given is not None else []
    seed, tickets, months = (int(one) for one in [*words, *map(str, (SEED, TICKETS, MONTHS)[len(words) :])][:3])
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(soak(seed, tickets, months, Path(folder), lambda line: print(line, file=sys.stderr)))
    console = Console()
    console.print(table(found))
    for line in found.wrong[:10]:
        console.print(line, highlight=False)
    file = Path(words[3] if len(words) > 3 else f"soak-{seed}.svg")
    draw(found, file)
    console.print(f"picture: {file}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
