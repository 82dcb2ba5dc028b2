"""How a roll-out is shown: what would move, how far it is, what came of it, and those of the past."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.agreement_view import counted
from cli.rollout_drive import Outcome
from cli.tickets import at
from domain.preview import ClockChange, Preview
from store.agreements import Revision
from store.rollouts import Rollout

ROWS = (
    "ticket",
    "from_revision",
    "clock",
    "due_before",
    "due_after",
    "client_told",
    "missed",
    "miss_withdrawn",
    "refused",
)
"""Columns of the CSV file: a row for each clock that moves, and one for a ticket that is refused or where none does."""

SHOWN = 60
"""Rows on the screen; the file and the JSON have them all."""

EVERY = 5.0
"""Seconds between two lines of progress where nobody watches a terminal."""


def rows(previews: Iterable[Preview]) -> Iterator[tuple[str, ...]]:
    """The rows of the file, in the columns of `ROWS`."""
    for one in previews:
        head = (one.ticket, one.before)
        if one.code is not None or not one.clocks:
            yield (*head, "", "", "", "", "", "", one.code or "")
        for clock in one.clocks:
            flags = (_yes(clock.told), _yes(clock.missed), _yes(clock.withdrawn))
            yield (*head, clock.clock, _iso(clock.before), _iso(clock.after), *flags, "")


def found(previews: Sequence[Preview]) -> dict[str, Any]:
    """The totals of a dry run."""
    clocks = [clock for one in previews for clock in one.clocks]
    return {
        "running": len(previews),
        "would_change": sum(one.code is None for one in previews),
        "would_move": sum(bool(one.clocks) for one in previews),
        "clients_told": sum(any(clock.told for clock in one.clocks) for one in previews),
        "clocks_moved": len(clocks),
        "missed_at_once": sum(clock.missed for clock in clocks),
        "misses_withdrawn": sum(clock.withdrawn for clock in clocks),
        "refused": dict(sorted(Counter(one.code for one in previews if one.code).items())),
    }


def changes_page(revision: Revision, previews: Sequence[Preview], total: int, file: Path | None) -> RenderableType:
    """A dry run for the screen: what moves, what is refused, the totals."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in ("ticket", "clock", "due before", "due after", ""):
        table.add_column(column, no_wrap=column != "")
    listed = [(one, clock) for one in previews for clock in (one.clocks or ((None,) if one.code else ()))]
    for one, clock in listed[:SHOWN]:
        if clock is None:
            table.add_row(Text(one.ticket, "bold"), "", "", "", Text(f"refused ({one.code}): {one.refused}", "red"))
        else:
            table.add_row(Text(one.ticket, "bold"), clock.clock, _at(clock.before), _at(clock.after), _remark(clock))
    parts: list[RenderableType] = [table] if listed else []
    if len(listed) > SHOWN:
        where = f"all are in {file}" if file else "--csv FILE or --json gives them all"
        parts.append(Text(f"... and {len(listed) - SHOWN} more; {where}", "dim"))
    return Group(*parts, *_totals(revision, found(previews)))


def _totals(revision: Revision, totals: dict[str, Any]) -> Iterator[Text]:
    name = f"{revision.name} {revision.revision}"
    if not totals["running"]:
        yield Text(f"Every running ticket is kept under {name} already.", "green")
        return
    yield Text(
        f"{counted(totals['running'], 'running ticket')} under another revision than {name}: "
        f"{totals['would_change']} would change, of {totals['would_move']} a time would move; "
        f"{counted(totals['clients_told'], 'client')} would be written to."
    )
    if totals["missed_at_once"]:
        promises = counted(totals["missed_at_once"], "promise")
        yield Text(f"{promises} would be overdue at once: the new time has passed already.", "red")
    if totals["misses_withdrawn"]:
        yield Text(f"{counted(totals['misses_withdrawn'], 'miss', 'misses')} would be taken back.", "yellow")
    if totals["refused"]:
        yield Text(f"refused: {_codes(totals['refused'])}; these tickets stay as they are", "red")
    yield Text("Nothing was done. Without --dry-run it is.", "dim")


def _remark(clock: ClockChange) -> Text:
    remarks = [("client told", clock.told), ("overdue at once", clock.missed), ("miss taken back", clock.withdrawn)]
    return Text(", ".join(word for word, holds in remarks if holds), "red" if clock.missed else "dim")


def result(
    rollout: Rollout, outcomes: Sequence[Outcome], refused: Sequence[Outcome], stopped: str | None, *, as_json: bool
) -> Any:
    """What came of a run: JSON content, or something to print."""
    if as_json:
        return {
            **rollout.model_dump(mode="json"),
            "stopped": stopped,
            "this_run": dict(Counter(str(one.what) for one in outcomes)),
            "refused": [{"ticket": one.ticket, "code": one.code, "message": one.message} for one in refused],
        }
    counts = rollout.counts
    lines = [Text(f"  {one.ticket}  refused ({one.code}): {one.message}", "red") for one in refused[:SHOWN]]
    if len(refused) > SHOWN:
        lines.append(Text(f"  ... and {len(refused) - SHOWN} more; --json gives them all", "dim"))
    told = f"{counted(counts.told, 'client')} written to"
    lines.append(Text(f"{rollout.id}: {counted(counts.changed, 'ticket')} brought to {rollout.revision}, {told}"))
    if counts.refused:
        lines.append(Text(f"refused: {_codes(counts.refused)}; put that right, then run it again", "red"))
    if counts.left:
        lines.append(Text(f"{counted(counts.left, 'ticket')} could not be reached: run it again, it goes on", "red"))
    if stopped is not None:
        lines.append(Text(f"stopped, the engine does not answer: {stopped}", "red"))
    return Group(*lines)


def history_page(name: str, done: Sequence[Rollout]) -> RenderableType:
    """The roll-outs of an agreement."""
    if not done:
        return Text(f"Nothing of {name} has been rolled out.", "dim")
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for column in ("roll-out", "revision", "by", "began", "ended", "changed", "clients told", "refused"):
        table.add_column(column)
    for one in done:
        ended = _at(one.ended_at) if one.ended_at else "unfinished: run it again"
        counts = one.counts
        numbers = (str(counts.changed), str(counts.told), _codes(counts.refused) or "-")
        table.add_row(Text(one.id, "bold"), one.revision, one.by, _at(one.began_at), ended, *numbers)
    return table


class Progress:
    """Count, rate and what is left: one line that is written over on a terminal, else a line every few seconds."""

    def __init__(self, total: int, console: Console) -> None:
        self._total = total
        self._console = console
        self._begun = self._said = time.monotonic()
        self.done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal and self.done:
            self._console.print()

    def step(self, outcome: Outcome) -> None:
        """One more ticket is through."""
        self.done += 1
        now = time.monotonic()
        terminal = self._console.is_terminal
        if now - self._said < (0.2 if terminal else EVERY) and self.done < self._total:
            return
        self._said = now
        self._console.print(Text(self.line(now - self._begun), "dim"), end="\r" if terminal else "\n", soft_wrap=True)

    def line(self, seconds: float) -> str:
        """`150 of 1200 tickets, 42 a second, 25 s left`."""
        rate = self.done / seconds if seconds > 0 else 0.0
        left = max(0, self._total - self.done)
        return f"{self.done} of {self._total} tickets, {rate:.0f} a second, {left / rate if rate else 0:.0f} s left  "


def _codes(refused: dict[str, int]) -> str:
    return ", ".join(f"{number} {code}" for code, number in refused.items())


def _at(instant: datetime | None) -> str:
    return (at(instant.isoformat()) if instant else None) or "-"


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""


def _yes(holds: bool) -> str:
    return "yes" if holds else ""
