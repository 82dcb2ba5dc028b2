"""`python -m bench.chaos --seed 1 --minutes 10 --tickets 1000`: one run; status 1 when a promise did not hold."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

import uvloop

from bench.chaos import picture, report
from bench.chaos.run import Size, run


def main() -> int:
    """Runs, reports, and keeps what is needed to look into it."""
    chosen = _arguments()
    folder: Path = chosen.keep / f"seed-{chosen.seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    size = Size(chosen.seed, chosen.minutes * 60, chosen.tickets, chosen.people, chosen.workers, chosen.apis)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(run(size, folder.resolve(), _say))
    report.write(outcome, folder)
    picture.draw(outcome, folder / "run.svg")
    print("\n" + "\n".join(report.words(outcome)))
    print(f"\nKept in {folder}: report, picture, commands with their answers, logs. Again: make chaos SEED={size.seed}")
    return 0 if outcome.passed else 1


def _say(line: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\033[K{line[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)
    else:
        print(line, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which run; the same one plans the same faults")
    parser.add_argument("--minutes", type=float, default=10.0, help="during which things fail")
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--people", type=int, default=18, help="who send commands at once")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--apis", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=Path(".chaos"), help="folder for what is left of each run")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
