"""The look from outside at every ticket: what its callers hold, what the record says, what the rules make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bench.chaos.findings import Findings
from bench.chaos.holdings import OPEN, Held
from bench.chaos.rules import Told, follow
from domain import events as ev
from domain.clock import GRACE
from domain.commands import Command
from domain.events import Event
from domain.record import Summary, summarise
from domain.visible import HIDDEN
from domain.words import ClockKind, Role, Verdict
from store import tickets
from store.database import Database

LOST = "no acknowledged command is lost"
TWICE = "nothing is done twice"
HALF = "a refusal changes nothing"
RULES = "the record is what the rules make of the commands"
PROMISES = "a promise is met, or missed with its true lateness"
PROJECTION = "lists show what the events say"


def check_ticket(
    database: Database, ticket: str, held: Sequence[Held], commands: Mapping[str, Command], findings: Findings
) -> Told | None:
    """What the rules make of it; None where there is no such ticket, and there need not be."""
    history = tickets.history(database, ticket) if tickets.exists(database, ticket) else []
    opening = held[0]
    findings.counts["events"] += len(history)
    if not history:
        if any(answer.done for one in held for answer in one.answers):
            findings.say(LOST, f"{ticket} was acknowledged and is not in the record")
        elif opening.outcome is not None:
            findings.counts["openings refused"] += 1
        else:
            findings.counts["openings given up and not done"] += 1
        return None
    numbers = [event.sequence for event in history]
    if numbers != list(range(1, len(history) + 1)):
        findings.say(RULES, f"{ticket}: its events have the numbers {numbers}", history[0].at)
        return None
    told = follow(history, commands)
    if told.difference:
        findings.say(RULES, f"{ticket}: {told.difference}", history[-1].at)
    for one in held:
        _check_command(one, history, told, findings)
    if history[0].cause != opening.id:
        findings.say(LOST, f"{ticket} was opened by another command than the one that its opener sent", history[0].at)
    if not told.difference:
        _check_promises(ticket, history, told, findings)
        _check_projection(database, ticket, told, findings)
    return told


def _check_command(one: Held, history: Sequence[Event], told: Told, findings: Findings) -> None:
    made = [event for event in history if event.cause == one.id]
    name = f"{one.operation} of {one.ticket} ({one.key})"
    if one.operation != OPEN and told.applied[one.id] > 1:
        findings.say(TWICE, f"{name} was applied {told.applied[one.id]} times", made[-1].at)
    outcome = one.outcome
    if outcome is None:
        findings.counts["given up and done" if made else "given up and not done"] += 1
        return
    if not outcome.done:
        findings.counts["refused"] += 1
        if made:
            what = f"{name} was refused ({outcome.status}) and left {[event.fact.type for event in made]}"
            findings.say(HALF, what, made[0].at)
        return
    findings.counts["acknowledged"] += 1
    findings.counts["acknowledged after more than one attempt"] += len(one.answers) > 1
    if one.operation == OPEN:
        if not made:
            findings.say(LOST, f"{name} was acknowledged and is not in the record", history[0].at)
        return
    wanted, at = outcome.body["events"], datetime.fromisoformat(outcome.body["at"])
    # A client is not told what is internal.
    shown = [event.fact.type for event in made if not (one.caller.role is Role.client and event.fact.type in HIDDEN)]
    if shown != wanted:
        findings.say(LOST, f"{name} told its caller {wanted}, the record has {shown}", at)
    elif any(event.at != at for event in made):
        findings.say(LOST, f"{name} told its caller that it happened at {at}, the record says {made[0].at}", at)


def _check_promises(ticket: str, history: Sequence[Event], told: Told, findings: Findings) -> None:
    """Again without the rules that wrote it: each clock's end against its own due instant."""
    missed = [event for event in history if isinstance(event.fact, ev.ClockMissed)]
    for event in missed:
        assert isinstance(event.fact, ev.ClockMissed)  # as sifted
        late = (event.at - event.fact.due).total_seconds()
        own = ev.due_instant(event.cause) is None  # a command moved it into the past: no lateness of ours
        if abs(event.fact.late - late) > 0.001 and not (own and event.fact.late == 0):
            what = f"{ticket}: {event.fact.clock} was noticed {late:.3f} s late and says {event.fact.late:.3f} s"
            findings.say(PROMISES, what, event.at)
    for clock in told.clocks:
        findings.counts[f"promises {clock.verdict or ('missed, open' if clock.missed_due else 'running')}"] += 1
        if clock.verdict is Verdict.met and clock.due is not None and clock.ended_at is not None:
            allowed = GRACE if clock.kind is ClockKind.update else timedelta()
            if clock.ended_at - clock.due > allowed:
                what = f"{ticket}: {clock.id} ended at {clock.ended_at}, was due at {clock.due} and counts as met"
                findings.say(PROMISES, what, clock.ended_at)
    updates = [event.at for event in history if isinstance(event.fact, ev.StatusUpdated) and event.fact.automatic]
    if len(set(updates)) != len(updates):
        findings.say("what an outage made late is told once", f"{ticket}: several updates at once", updates[-1])


def _check_projection(database: Database, ticket: str, told: Told, findings: Findings) -> None:
    assert told.state is not None  # a history without a difference leads to a state
    row, wanted = tickets.get(database, ticket), summarise(told.state)
    assert row is not None  # it has events, and their row is written with them
    different = {
        name: (getattr(row, name), getattr(wanted, name))
        for name in Summary.model_fields
        if getattr(row, name) != getattr(wanted, name)
    }
    if different:
        findings.say(PROJECTION, f"{ticket}: its row has {different}", row.updated_at)
    stored = {clock.number: clock for clock in tickets.clocks(database, ticket)}
    if stored != {clock.number: clock for clock in told.clocks}:
        differ = [clock.id for clock in told.clocks if stored.get(clock.number) != clock]
        findings.say(PROJECTION, f"{ticket}: its clocks {differ} stand otherwise in the record", row.updated_at)
