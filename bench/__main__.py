"""`python -m bench [PART ...]`: every measurement, or those named, one table each; status 1 when a goal is missed."""

from __future__ import annotations

import sys

from bench import business_time, defects, equality, foresight, life, lists, throughput

PARTS = {
    "business_time": business_time.main,
    "life": life.main,
    "throughput": throughput.main,
    "defects": defects.main,
    "lists": lists.main,
    "foresight": foresight.main,
    "equality": equality.main,
}


def main() -> int:
    """Runs all that are asked for, whatever the first ones say."""
    named = [one for one in sys.argv[1:] if one in PARTS]
    return max([PARTS[name]() for name in named or PARTS])


if __name__ == "__main__":
    raise SystemExit(main())
