"""What operations see of each recorded step: a span for every clock that fired, and the counters.

Metric labels are closed lists (kind, verdict, severity, level): nothing personal, nothing that grows without bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, Observation

from domain import events as ev
from domain.events import Event
from domain.record import Recording

LATENESS_BUCKETS = (0.05, 0.1, 0.3, 1, 3, 10, 60, 300, 1800, 7200, 43200, 86400)

_tracer = trace.get_tracer("escalade")
_meter = metrics.get_meter("escalade")
_clocks = _meter.create_counter("escalade.clocks", description="Clocks that got their verdict")
_missed = _meter.create_counter("escalade.clocks.missed", description="Due instants that passed unkept")
_lateness = _meter.create_histogram(
    "escalade.clock.lateness",
    unit="s",
    description="How long after its due instant a clock was acted upon",
    explicit_bucket_boundaries_advisory=LATENESS_BUCKETS,
)
_events = _meter.create_counter("escalade.events", description="Events recorded")


def observe(recording: Recording) -> None:
    """Counts what a recording says, and draws a span from due instant to act for each clock that fired."""
    severity = recording.summary.severity
    kinds = {clock.id: str(clock.kind) for clock in recording.clocks}
    for event in recording.events:
        fact = event.fact
        _events.add(1, {"type": fact.type})
        if isinstance(fact, ev.ClockEnded):
            kind = kinds.get(fact.clock, fact.clock)
            _clocks.add(1, {"kind": kind, "verdict": str(fact.verdict), "severity": severity})
        if isinstance(fact, ev.ClockMissed):
            _missed.add(1, {"kind": kinds.get(fact.clock, fact.clock), "severity": severity})
        due = ev.due_instant(event.cause)
        if due is not None:
            _fired(recording, event, due, kinds)


def _fired(recording: Recording, event: Event, due: datetime, kinds: dict[str, str]) -> None:
    """One span per thing that time brought; several facts of one due instant are told by the one people notice."""
    fact = event.fact
    if isinstance(fact, (ev.ClockStarted, ev.ClockPaused, ev.ClockResumed, ev.ClockEnded)):
        return
    late = max(0.0, (event.at - due).total_seconds())
    name = getattr(fact, "clock", None) or {"status_updated": "update", "consent_reminded": "consent"}.get(
        fact.type, ""
    )
    _lateness.record(late, {"event": fact.type})
    span = _tracer.start_span(
        f"clock {fact.type}",
        start_time=int(due.timestamp() * 1e9),
        attributes={
            "escalade.ticket": recording.summary.id,
            "escalade.clock": name,
            "escalade.kind": kinds.get(name, name),
            "escalade.due": due.isoformat(),
            "escalade.late_seconds": late,
        },
    )
    span.end(end_time=int(event.at.timestamp() * 1e9))


def watch_connections(connections: Callable[[], tuple[int, int]]) -> None:
    """Reports how many of the pool's connections are in use, and how many there may be, whenever metrics are read."""

    def look(_: CallbackOptions) -> Iterable[Observation]:
        used, most = connections()
        return [Observation(used, {"state": "used"}), Observation(most, {"state": "most"})]

    _meter.create_observable_gauge("escalade.pool.connections", [look], description="Connections of this process")
