"""What a run says at its end: in words for whoever ran it, in JSON for whoever compares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.chaos.run import Outcome


def lateness(outcome: Outcome) -> list[tuple[float, float]]:
    """For all that time brought: seconds from the beginning at which it was due, and seconds by which it was late."""
    return sorted(
        ((due - outcome.began).total_seconds(), late) for one in outcome.told.values() for due, late in one.lateness
    )


def calm(outcome: Outcome) -> list[float]:
    """The lateness of what was due while nothing failed, nor had in the ten seconds before."""
    spans = [(done.began, done.ended + 10) for done in outcome.done]
    return [late for due, late in lateness(outcome) if not any(begin <= due <= end for begin, end in spans)]


def words(outcome: Outcome) -> Iterator[str]:
    """The report, line by line."""
    size, findings = outcome.size, outcome.findings
    yield f"seed {size.seed}: {size.seconds:g} s of faults, {size.workers} workers, {size.apis} API processes"
    disk = "a disk of its own that was really filled" if outcome.own_disk else "no disk of its own: it refused writes"
    yield f"PostgreSQL with {disk}; quiet {outcome.settled:.0f} s after the last fault"
    yield ""
    yield "Faults"
    for done in sorted(outcome.done, key=lambda one: one.began):
        note = f"  ({done.note})" if done.note else ""
        yield f"  {done.began:7.1f} s  {done.ended - done.began:5.1f} s  {done.fault}{note}"
    yield ""
    yield "Processes"
    for name, spans in outcome.lives.items():
        lived = ", ".join(f"{max(begin, 0):.0f}-{end:.0f} s" for begin, end in spans)
        yield f"  {name}: {lived}"
    for name, codes in outcome.deaths.items():
        yield f"  {name} died by itself with exit codes {codes} and was started again"
    yield ""
    yield "Counted"
    for name, number in sorted(findings.counts.items()):
        yield f"  {number:7d}  {name}"
    all_late = [late for _, late in lateness(outcome)]
    for name, values in (("in all", all_late), ("while nothing failed", calm(outcome))):
        if len(values) > 1:
            cuts = quantiles(values, n=100, method="inclusive")
            yield (
                f"  things that time brought, {name}: {len(values)}, "
                f"late by {cuts[49]:.2f} s (median), {cuts[98]:.2f} s (p99), {max(values):.2f} s (most)"
            )
    yield ""
    if outcome.passed:
        yield "Every promise held."
        return
    first = findings.first
    assert first is not None  # it did not pass
    yield f"BROKEN: {len(findings.wrong)} findings. First: {first.promise} - {first.what}"
    for one in findings.wrong:
        when = f"{(one.at - outcome.began).total_seconds():7.1f} s  " if one.at else ""
        yield f"  {when}{one.promise}: {one.what}"


def write(outcome: Outcome, folder: Path) -> None:
    """`report.txt`, `report.json` and `commands.jsonl` in `folder`."""
    (folder / "report.txt").write_text("\n".join(words(outcome)) + "\n")
    outcome.holdings.write(folder / "commands.jsonl")
    size = outcome.size
    told: dict[str, Any] = {
        "seed": size.seed, "seconds": size.seconds, "tickets": size.tickets, "began": outcome.began.isoformat(),
        "passed": outcome.passed, "settled": outcome.settled, "counts": dict(outcome.findings.counts),
        "faults": [
            {"kind": done.fault.kind, "target": done.fault.target, "began": done.began, "ended": done.ended,
             "note": done.note}
            for done in outcome.done
        ],
        "wrong": [
            {"promise": one.promise, "what": one.what, "at": one.at.isoformat() if one.at else None}
            for one in outcome.findings.wrong
        ],
        "deaths": outcome.deaths,
    }  # fmt: skip
    (folder / "report.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
