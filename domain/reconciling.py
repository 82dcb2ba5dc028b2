"""How the engine and the record differ over one ticket, and which of the two is the later (docs/restore.md).

In the ordinary course they agree but for the moment of a step. They come apart when one of them was put back from a
backup, or lost. Both hold the same events, numbered; a recording's fence says how far the ticket was in the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.base import Model
from domain.defects import Defect
from domain.events import Event
from domain.words import Status


class Difference(StrEnum):
    """`engine_behind`, `record_behind`: the other one knows more. `no_run`: recorded, not over, and nobody keeps it.

    `no_record`: the engine keeps a ticket that no list shows. `record_torn`: events are missing in between, and
    the engine has forgotten them too: a person must look.
    """

    no_run = "no_run"
    engine_behind = "engine_behind"
    no_record = "no_record"
    record_behind = "record_behind"
    record_torn = "record_torn"


MENDED_FROM_RECORD = frozenset({Difference.no_run, Difference.engine_behind})
MENDED_FROM_ENGINE = frozenset({Difference.no_record, Difference.record_behind})


@dataclass(frozen=True, slots=True)
class Kept:
    """What one side holds of a ticket: its events in order, and the fence of the last step.

    `base`: the number before the first of them. The engine remembers the events of a run that it still has; what
    happened in the runs before is in the state that the run began with.
    """

    events: Sequence[Event]
    fence: int
    base: int = 0

    @property
    def last(self) -> int:
        """Number of the last event, 0 without any."""
        return self.events[-1].sequence if self.events else self.base


class Finding(Model):
    """One ticket, or a defect, over which the two differ; `first` is the number of the first event that does."""

    ticket: str
    defect: bool = False
    """Whether `ticket` is the id of a defect; `first`, `engine` and `record` then number its announcements."""
    difference: Difference
    first: int
    engine: int
    """Number of the last event in the engine; 0: it has none."""
    record: int


def compare(ticket: str, engine: Kept | None, record: Kept | None, *, over: bool, torn: bool = False) -> Finding | None:
    """The difference, or None. `over`: by the record the ticket is archived, so no run is expected.

    `torn`: the record has holes. Where both have an event of the same number but another content, the higher fence is
    the later step, as in every recording (docs/decisions/0005-the-record.md).
    """
    known, written = engine.last if engine else 0, record.last if record else 0

    def finding(difference: Difference, first: int) -> Finding:
        return Finding(ticket=ticket, difference=difference, first=first, engine=known, record=written)

    if record is None or not record.events:
        return finding(Difference.no_record, 1) if engine else None
    if torn:
        whole = engine is not None and engine.base == 0
        return finding(Difference.record_behind if whole else Difference.record_torn, 1)
    if engine is None:
        return None if over else finding(Difference.no_run, written + 1)
    first = _parting(engine, record)
    if first is None:
        return None
    same_length = first <= min(known, written)
    if (known > written and not same_length) or (same_length and engine.fence >= record.fence):
        return finding(Difference.record_behind, first)
    return finding(Difference.engine_behind, first)


def _parting(engine: Kept, record: Kept) -> int | None:
    """Number of the first event that is not the same on both sides; None where they agree."""
    written = {event.sequence: event for event in record.events}
    for event in engine.events:
        if event.sequence > record.last:
            break
        if written[event.sequence] != event:
            return event.sequence
    return min(engine.last, record.last) + 1 if engine.last != record.last else None


def compare_defect(defect: str, engine: int | None, record: Defect | None, *, runs: bool) -> Finding | None:
    """The same for a defect. `engine`: its announcements by its newest run, None without one; `runs`: it is open."""
    known, written = engine or 0, record.announcements if record else 0
    difference: Difference | None = None
    if record is None:
        difference = Difference.no_record if engine is not None else None
    elif engine is not None and known != written:
        difference = Difference.record_behind if known > written else Difference.engine_behind
    elif not runs and not record.settled:
        difference = Difference.no_run
    if difference is None:
        return None
    first = min(known, written) + 1
    return Finding(ticket=defect, defect=True, difference=difference, first=first, engine=known, record=written)


def is_over(status: Status) -> bool:
    """Whether a ticket in this status needs no run any longer."""
    return status is Status.archived
