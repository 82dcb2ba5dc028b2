"""`python -m bench [PART ...] [--without PART] [--quick] [--json FILE]`: all parts or those named, then one table.

Status 1 when a goal is missed, or a part did not come to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.figure import Figure, short
from bench.part import PARTS, Part

ROOT = Path(__file__).parents[1]
LONG = [part.name for part in PARTS.values() if part.minutes >= 30]
"""What a quick run leaves out unless it is named."""


class Outcome(NamedTuple):
    """What a part gave; `failure` says why it gave nothing."""

    part: str
    figures: list[Figure]
    seconds: float
    failure: str = ""

    @property
    def holds(self) -> bool:
        return not self.failure and all(one.holds for one in self.figures)


def run(part: Part, *, quick: bool) -> Outcome:
    """Runs a part in a process of its own, with all that it starts; given up after its minutes."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "bench.part", part.name, str(file), *(["--quick"] if quick else [])]
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        try:
            status = process.wait(part.minutes * 60)
            failure = f"ended with status {status}" if status else ""
        except subprocess.TimeoutExpired:
            failure = f"not done after {part.minutes:g} minutes"
        finally:
            with suppress(ProcessLookupError):  # whatever it left: a stack, a bare worker
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        found = [] if failure else [Figure(**one) for one in json.loads(file.read_text())]
    return Outcome(part.name, found, time.monotonic() - began, failure)


def table(outcomes: list[Outcome]) -> Table:
    """The one table."""
    made = Table(title="Escalade, measured: each figure beside its floor or rival in the same run")
    for heading in ("part", "what", "ours", "", "beside", "of", "ratio", "goal", ""):
        made.add_column(heading, justify="right" if heading in ("ours", "beside", "ratio") else "left")
    for outcome in outcomes:
        if outcome.failure:
            made.add_row(outcome.part, outcome.failure, "", "", "", "", "", "", "FAIL")
        for number, one in enumerate(outcome.figures):
            goal = one.bound.words(one.unit) if one.bound else ""
            told = (one.what, short(one.ours), one.unit, short(one.beside), one.rival, short(one.ratio), goal)
            made.add_row("" if number else outcome.part, *told, one.verdict)
        made.add_section()
    return made


def main() -> int:
    """Runs all that are asked for, whatever the first ones say."""
    asking = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asking.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all of them without any")
    asking.add_argument("--without", action="append", default=[], choices=PARTS, help="leave a part out; repeatable")
    asking.add_argument(
        "--quick", action="store_true", help=f"smaller sizes: five minutes in all, without {', '.join(LONG)}"
    )
    asking.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    asked = asking.parse_args()
    if unknown := [name for name in asked.parts if name not in PARTS]:
        asking.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    left_out = [*asked.without, *(LONG if asked.quick and not asked.parts else [])]
    wanted = [PARTS[name] for name in asked.parts or PARTS if name not in left_out]
    console, began, outcomes = Console(width=None if sys.stdout.isatty() else 200), time.monotonic(), []
    for number, part in enumerate(wanted, start=1):
        console.print(f"[{number} of {len(wanted)}] {part.name}: {part.about}", markup=False, highlight=False)
        outcomes.append(outcome := run(part, quick=asked.quick))
        told = outcome.failure or ("every goal held" if outcome.holds else "a goal is missed")
        console.print(f"{part.name}: {told}, {outcome.seconds:.0f} s", markup=False, highlight=False)
        if asked.json:  # after each part: a run that is broken off keeps what it has
            asked.json.write_text(json.dumps(as_json(outcomes, asked.quick, time.monotonic() - began), indent=1) + "\n")
    console.print(table(outcomes))
    return 0 if all(one.holds for one in outcomes) else 1


def as_json(outcomes: list[Outcome], quick: bool, seconds: float) -> dict[str, object]:
    """The table for other programs; `load` tells how busy the machine was in the last minutes."""
    return {
        "quick": quick, "seconds": round(seconds), "cores": os.cpu_count(), "load": os.getloadavg(),
        "python": platform.python_version(), "holds": all(one.holds for one in outcomes),
        "parts": [
            {
                "part": one.part, "seconds": round(one.seconds, 1), "failure": one.failure,
                "figures": [figure.as_json() for figure in one.figures],
            }
            for one in outcomes
        ],
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
