"""Every goal, in one place: what a line of the table is held to."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Goal(NamedTuple):
    """A bound on a line's ratio, or on our own figure where the line says what people feel (`of`).

    `why`: where a miss is explained, with its evidence.
    """

    bound: Literal["at least", "at most"]
    value: float
    of: Literal["ratio", "ours"] = "ratio"
    why: str = ""

    def holds(self, ours: float, ratio: float | None) -> bool:
        """Whether a line with this figure and this ratio keeps the goal."""
        found = ours if self.of == "ours" else ratio
        if found is None:
            return False
        return found >= self.value if self.bound == "at least" else found <= self.value

    def words(self, unit: str) -> str:
        """`at most 1.5` of a ratio, `at most 0.3 s` of a figure."""
        return f"{self.bound} {self.value:g}" + (f" {unit}".rstrip() if self.of == "ours" else "")


GOALS: dict[str, Goal] = {
    # Business time: the rival's time over ours.
    "add": Goal("at least", 20),
    "add_flat": Goal("at most", 1.2),
    # History events of a life, over the engine's floor for the same life.
    "events": Goal("at most", 1.2),
    "actions": Goal("at most", 1.2, why="docs/figures.md, billed actions"),
    "events_two_days": Goal("at most", 100, "ours"),
    "events_ten_days": Goal("at most", 250, "ours"),
    # Calls per second, over bare calls; the time of one at a time, over the bare update's.
    "rate": Goal("at least", 0.7, why="docs/figures.md, what a command costs"),
    "one_at_a_time": Goal("at most", 1.5, why="docs/figures.md, what a command costs"),
    # Lateness of a clock, in seconds.
    "late_idle": Goal("at most", 0.3, "ours"),
    "herd_late": Goal("at most", 0, "ours"),
    "herd_kept": Goal("at least", 1),
    "first_after_kill": Goal("at most", 1.5, "ours"),
    "first_after_kill_alone": Goal("at most", 1.5, "ours", why="docs/figures.md, the only worker"),
    "cold": Goal("at most", 2.5),
    "memory": Goal("at most", 1.3, why="docs/figures.md, a ticket in memory"),
    "memory_empty": Goal("at most", 1.3, why="docs/figures.md, a ticket in memory"),
    "bytes": Goal("at most", 1.5),
    # Seconds that somebody waits while the schema changes: a migration itself waits one for its table.
    "migrations": Goal("at most", 2, "ours"),
    # Months: lives told otherwise, seconds after its instant, events of a history, memory over the third month's.
    "months_differ": Goal("at most", 0, "ours"),
    "months_late": Goal("at most", 3, "ours"),
    "months_history": Goal("at most", 500, "ours"),
    "months_memory": Goal("at most", 1.25),
    # CPU time of caller and worker with payloads sealed, over the same in clear.
    "sealing": Goal("at most", 1.25),
    "storm_lost": Goal("at most", 0, "ours"),
    "storm_rude": Goal("at most", 0, "ours"),
    "storm_history": Goal("at most", 2),
    # Tickets told per second, over bare updates per second; the events that it costs the defect.
    "defects": Goal("at least", 0.3, why="docs/figures.md, what a command costs"),
    "defects_events": Goal("at most", 100, "ours"),
    # Lists: times the bare indexed query; as JSON and as pages, times bare queries and empty frame.
    "lists": Goal("at most", 2),
    "json": Goal("at most", 2),
    "pages": Goal("at most", 2),
    # The simulator.
    "pace": Goal("at least", 2_000, "ours"),
    "backtest_memory": Goal("at most", 1.2),
    "simulator": Goal("at least", 100, why="docs/figures.md, the simulator"),
    "equality": Goal("at most", 0, "ours"),
}
