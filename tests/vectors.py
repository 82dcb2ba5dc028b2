"""Business-time facts from a file against `Calendar`: `python -m tests.vectors FILE`.

One JSON object per line: `id`, `op` (add, sub, between, next_open, is_open), `tz`, `hours`, `holidays`,
`dates`, `start`, `end`, `seconds` or `minutes`, `expected` or `expected_seconds` or `expected_minutes`,
`pauses`. Ends with `N of N vectors hold`, and exits 1 with each failure listed otherwise.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.calendar import Calendar, NeverOpen

Pause = tuple[datetime, datetime]
Answer = datetime | timedelta | bool
FIELDS = {
    *("id", "source", "also_in", "note", "op", "tz", "hours", "holidays", "dates", "start", "end", "pauses"),
    *("seconds", "minutes", "expected", "expected_seconds", "expected_minutes"),
}


def calendar_of(row: dict[str, Any]) -> Calendar | None:
    """None for hours that never open: `Calendar` refuses them, and there is nothing to count in them."""
    hours, dates = _days(row["hours"]), _days(row.get("dates", {}))
    if not any(hours.values()) and not any(dates.values()):
        return None
    name = str(row.get("id", "unnamed"))
    fields = {
        "name": name,
        "zone": row["tz"],
        "hours": hours,
        "closed": row.get("holidays", ()),
        "dates": dates,
    }
    return Calendar.model_validate(fields)


def _days(hours: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    # An agreement with "09:00-09:00" is refused, somebody meant something else; here it means "closed".
    return {day: [span for span in spans if span[0] != span[1]] for day, spans in hours.items()}


def joined(pauses: Iterable[Pause]) -> list[Pause]:
    """Sorted, without the empty ones; those that touch or overlap are one."""
    found: list[Pause] = []
    for begin, end in sorted(pause for pause in pauses if pause[0] < pause[1]):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found


def add(calendar: Calendar, start: datetime, budget: timedelta, pauses: list[Pause]) -> datetime:
    at = start
    for begin, end in pauses:
        if end <= at:
            continue
        due = calendar.add(at, budget)
        if due < begin or (due == begin and budget):
            return due
        budget -= calendar.between(at, begin)
        at = end
    return calendar.add(at, budget)


def sub(calendar: Calendar, end: datetime, budget: timedelta, pauses: list[Pause]) -> datetime:
    at = end
    for begin, until in reversed(pauses):
        if begin >= at:
            continue
        found = calendar.sub(at, budget)
        if found > until or (found == until and budget):
            return found
        budget -= calendar.between(until, at)
        at = begin
    return calendar.sub(at, budget)


def between(calendar: Calendar, start: datetime, end: datetime, pauses: list[Pause]) -> timedelta:
    paused = (calendar.between(max(start, begin), min(end, until)) for begin, until in pauses)
    return calendar.between(start, end) - sum(paused, timedelta())


def answer(row: dict[str, Any]) -> Answer:
    """What `Calendar` says. ValueError for a row that is not of the schema."""
    unknown = set(row) - FIELDS
    if unknown:
        raise ValueError(f"unknown fields {', '.join(sorted(unknown))}; known are {', '.join(sorted(FIELDS))}")
    calendar = calendar_of(row)
    if calendar is None and row["op"] in ("between", "is_open"):
        return timedelta() if row["op"] == "between" else False
    if calendar is None:
        raise NeverOpen("these hours never open")
    start = datetime.fromisoformat(row["start"])
    pauses = joined((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in row.get("pauses", ()))
    match row["op"]:
        case "add":
            return add(calendar, start, _duration(row, ""), pauses)
        case "sub":
            return sub(calendar, start, _duration(row, ""), pauses)
        case "next_open":
            return add(calendar, start, timedelta(), pauses)
        case "between":
            return between(calendar, start, datetime.fromisoformat(row["end"]), pauses)
        case "is_open":
            return calendar.is_open(start) and not any(begin <= start < end for begin, end in pauses)
        case op:
            raise ValueError(f'unknown op "{op}"; known are add, sub, between, next_open, is_open')


def expected(row: dict[str, Any]) -> Answer:
    if row["op"] == "between":
        return _duration(row, "expected_")
    value = row["expected"]
    return value if isinstance(value, bool) else datetime.fromisoformat(value)


def _duration(row: dict[str, Any], prefix: str) -> timedelta:
    """Seconds are exact; minutes serve where no seconds are given."""
    if row.get(f"{prefix}seconds") is not None:
        return timedelta(seconds=row[f"{prefix}seconds"])
    return timedelta(minutes=row[f"{prefix}minutes"])


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def failures(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One line for each row that does not hold: expected, found, note."""
    for row in rows:
        name, note = row.get("id", "without id"), f" ({row['note']})" if row.get("note") else ""
        try:
            wanted, found = expected(row), answer(row)
        except KeyError as error:
            yield f"{name}: the field {error} is missing{note}"
        except (NeverOpen, ValueError, TypeError) as error:
            yield f"{name}: {error}{note}"
        else:
            if found != wanted:
                yield f"{name}: expected {_shown(wanted)}, found {_shown(found)}{note}"


def _shown(value: Answer) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m tests.vectors FILE", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    if not path.is_file():
        print(f"{path}: no such file", file=sys.stderr)
        return 2
    try:
        rows = rows_of(path)
    except json.JSONDecodeError as error:
        print(f"{path}: not one JSON object per line ({error})", file=sys.stderr)
        return 2
    failed = list(failures(rows))
    for line in failed:
        print(line)
    print(f"{len(rows) - len(failed)} of {len(rows)} vectors hold")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
