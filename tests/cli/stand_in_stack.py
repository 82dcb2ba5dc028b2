"""Runs the real stack in a process of its own, its worker and API replaced by the stand-ins on PYTHONPATH."""

import asyncio
import sys

from cli.leftovers import StackError
from cli.stack import run_stack
from runtime.settings import Settings


def say(line: str) -> None:
    print(line, flush=True)


async def prepare() -> None:
    say("prepare")


async def on_ready() -> None:
    say("ready")


if __name__ == "__main__":
    try:
        asyncio.run(run_stack(Settings.load(), say=say, prepare=prepare, on_ready=on_ready))
    except StackError as refusal:
        say(str(refusal))
        sys.exit(1)
    say("ended")
