"""A XES log as process miners write them, long: extensions, globals, nested attributes, lists, offsets, packed."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from foresight.backtest import run
from foresight.logfile import lines
from foresight.rows import Row
from tests.foresight.logs import mapping
from tests.foresight.test_backtest import OPENING_HOURS, candidate

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <global scope="trace"><string key="concept:name" value="__INVALID__"/></global>
  <global scope="event"><date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="source" value="made for a test"/>
"""
TRACE = """  <trace>
    <string key="concept:name" value="{name}"><string key="system" value="desk"/></string>
    <list key="tags"><values><string key="tag" value="vip"/><string key="tag" value="printer"/></values></list>
"""
EVENT = """    <event>
      <string key="concept:name" value="{what}"/>
      <date key="time:timestamp" value="{at}"/>
      <string key="org:resource" value="bob"><string key="concept:name" value="not an activity"/></string>
      <container key="cost"><float key="total" value="12.5"/></container>
    </event>
"""
DESK = """
log: A long one
columns: {ticket: "case:concept:name", at: "time:timestamp", activity: "concept:name", agent: "org:resource"}
supplied: {subject: "{case:concept:name}", description: nothing, texts: {acknowledge: hello, resolve: done}}
rules:
  - {when: {activity: taken}, do: acknowledge}
  - {when: {activity: solved}, do: resolve}
otherwise: ignore
"""


def written(path: Path, traces: int) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(traces):
            file.write(TRACE.format(name=f"T{number}"))
            opened = datetime.fromisoformat("2025-03-03T09:00:00.250+01:00") + number * timedelta(minutes=20)
            for hours, what in enumerate(("filed", "taken", "solved")):
                file.write(
                    EVENT.format(what=what, at=(opened + hours * timedelta(hours=1)).isoformat("T", "milliseconds"))
                )
            file.write("  </trace>\n")
        file.write("</log>\n")
    return path


def peak(found: Iterator[object]) -> int:
    """Bytes at most while it is walked through."""
    tracemalloc.start()
    for _ in found:
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_each_event_has_its_own_attributes_its_traces_lists_joined_and_what_is_nested_beside_them(
    tmp_path: Path,
) -> None:
    first, *_ = islice(lines(written(tmp_path / "log.xes.gz", 2), {"concept:name"}), 1)
    assert isinstance(first, Row)
    assert first.values == {
        "case:concept:name": "T0", "case:concept:name/system": "desk", "case:tags": "vip, printer",
        "concept:name": "filed", "time:timestamp": "2025-03-03T09:00:00.250+01:00", "org:resource": "bob",
        "org:resource/concept:name": "not an activity", "cost": "12.5", "cost/total": "12.5",
    }  # fmt: skip


def test_a_log_ten_times_as_long_takes_no_more_memory_to_read(tmp_path: Path) -> None:
    few = peak(lines(written(tmp_path / "few.xes.gz", 500), set()))
    assert peak(lines(written(tmp_path / "many.xes.gz", 5_000), set())) < 1.2 * few


def test_five_thousand_traces_are_told_each_at_the_instants_of_its_own_offset(tmp_path: Path) -> None:
    found = run(
        lines(written(tmp_path / "log.xes.gz", 5_000), set()), mapping(DESK), (candidate("desk", OPENING_HOURS),)
    )
    assert (found.tickets, found.read, found.bad_rows) == (5_000, 15_000, 0)
    answered = next(line for (clock, _), line in found.totals["desk"].lines.items() if clock == "response")
    assert answered.endings["met"] == 5_000  # within the hour, whatever the clock: nobody is late outside hours
