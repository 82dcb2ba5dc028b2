"""`python -m bench`: every measurement, one table each; exit status 1 when a goal is missed."""

from __future__ import annotations

from bench import business_time, defects, life, throughput


def main() -> int:
    """Runs all of them, whatever the first ones say."""
    return max([part.main() for part in (business_time, life, throughput, defects)])


if __name__ == "__main__":
    raise SystemExit(main())
