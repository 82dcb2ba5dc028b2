"""How a process begins: what it imports stays to its end, so nobody need look through it for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def growing() -> Iterator[None]:
    """Inside, Python looks for no garbage; what is there at the end is never looked through again.

    For the imports of a process that lives long: looking through them, again and again while they come, takes a
    quarter of the time until it is ready.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looking:
            gc.enable()
