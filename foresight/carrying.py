"""How one recorded step is carried out, whoever drives: the real workflow or the simulator.

A log says what was done in another system. Where the agreement wants something first that the log does not tell (an
evaluation, somebody who has the ticket), it is supplied and said so; where the ticket stands elsewhere than the log
had it, the step's other meaning is tried.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime

from domain.commands import Actor, Assign, Escalate, Step, Triage
from domain.errors import DomainError
from domain.ticket import Ticket
from foresight.recorded import RecordedStep, RecordedTicket


@dataclass(frozen=True)
class Ask:
    """A command to be sent under the id `name`; it is answered with the instant it was taken at, or its refusal."""

    by: Actor
    step: Step
    name: str


@dataclass(frozen=True)
class Look:
    """The ticket as it stands is wanted."""


@dataclass(frozen=True)
class Outcome:
    """What became of one recorded step. `late`: seconds after its recorded instant; less than 0, before it.

    `code` and `why` are those of the refusal; `instead` is the step that was accepted in its place. `evaluated`: the
    agreement wants a ticket evaluated before its first response, the log does not say so, and it was done first.
    """

    ticket: str
    step: RecordedStep
    late: float = 0.0
    code: str = ""
    why: str = ""
    instead: str = ""
    evaluated: bool = False
    assigned: bool = False
    """The agreement wants somebody to have the ticket at once, where the log left it in a queue."""


Carrying = Generator[Ask | Look, "datetime | DomainError | Ticket", Outcome]
"""Yields what it wants of the ticket, is sent the answer, and returns what became of the step."""


def carry_out(ticket: RecordedTicket, recorded: RecordedStep, supplied: set[str]) -> Carrying:
    """`supplied` are the tickets on which something was supplied before; this one joins them where it is."""
    answer = yield _ask(recorded, recorded.step)
    evaluated = _refused(answer, "not_evaluated")
    if evaluated:
        yield from _evaluate(ticket, recorded)
        answer = yield _ask(recorded, recorded.step, again=True)
    assigned = _refused(answer, "assignee_needed")
    if assigned and isinstance(recorded.step, Escalate):
        given = recorded.step.model_copy(update={"assignee": _who_takes_it(ticket, recorded)})
        answer = yield _ask(recorded, given, again=True)
    if evaluated or assigned:
        supplied.add(ticket.id)
    if _refused(answer, "already_assigned") and ticket.id in supplied:
        return Outcome(ticket.id, recorded, instead="so_already")  # what was supplied came before it
    if isinstance(answer, DomainError) and recorded.or_else is not None:
        instead = yield _ask(recorded, recorded.or_else)
        if isinstance(instead, datetime):
            return Outcome(ticket.id, recorded, _late(instead, recorded), instead=recorded.or_else.type)
    if isinstance(answer, DomainError):
        return Outcome(ticket.id, recorded, code=answer.code, why=answer.message, evaluated=evaluated)
    assert isinstance(answer, datetime)  # what is asked is taken or refused
    return Outcome(ticket.id, recorded, _late(answer, recorded), evaluated=evaluated, assigned=assigned)


def _evaluate(ticket: RecordedTicket, recorded: RecordedStep) -> Carrying:
    """Whoever answers takes the ticket and confirms its severity, with the first impact that proposes it."""
    yield _ask(recorded, Assign(assignee=recorded.by.id))
    known = yield Look()
    assert isinstance(known, Ticket)  # a look is answered with the ticket
    impact = next(iter(ticket.opening.terms.severities[known.severity].impacts), None)
    yield _ask(recorded, Triage(severity=known.severity, impact=impact, reason="Not in the log."))
    return Outcome(ticket.id, recorded, evaluated=True)


def _ask(recorded: RecordedStep, step: Step, *, again: bool = False) -> Ask:
    return Ask(recorded.by, step, f"line-{recorded.line}-{recorded.number}-{step.type}{'-again' if again else ''}")


def _who_takes_it(ticket: RecordedTicket, recorded: RecordedStep) -> str:
    """Whom the log names next, else whoever passed it on.

    It looks ahead in the log, for a name only: the log does not tell who had it, and nothing is timed by it.
    """
    later = ticket.steps[ticket.steps.index(recorded) + 1 :]
    return next((one.step.assignee for one in later if isinstance(one.step, Assign)), recorded.by.id)


def _refused(answer: object, code: str) -> bool:
    return isinstance(answer, DomainError) and answer.code == code


def _late(at: datetime, recorded: RecordedStep) -> float:
    return (at - recorded.at).total_seconds()
