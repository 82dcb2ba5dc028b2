"""Which steps somebody could take of a ticket as it stands: those of which the rules accept at least one.

Nothing is said twice here: each step is tried out on `decide`, in the forms in which its refusals differ.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from domain import commands as cmd
from domain.commands import Actor, Command, ProductNamed, Step
from domain.decide import decide
from domain.elapse import elapse
from domain.errors import DomainError
from domain.evolve import evolve
from domain.ticket import Ticket
from domain.words import Cause, Fault, Means, Reached, Work

Forms = Callable[[Ticket, datetime], Iterable[Step]]
SOMETHING = "."
LATER = timedelta(days=1)


def possible(state: Ticket, by: Actor, now: datetime, among: Container[str] | None = None) -> tuple[str, ...]:
    """The types of the steps that `by` could take at `now`, in the order of a ticket's life; only those `among`.

    A step that is missing here is refused whatever its body says; of one that is here, some body is accepted. What the
    hour account holds is not known here, and which roles may use which door is the doors' own.
    """
    for event in elapse(state, now, before=True):
        state = evolve(state, event)
    return tuple(
        name
        for name, forms in FORMS.items()
        if (among is None or name in among) and any(_accepted(state, by, step, now) for step in forms(state, now))
    )


def _accepted(state: Ticket, by: Actor, step: Step, now: datetime) -> bool:
    try:
        decide(state, Command(id="possible", by=by, step=step), now)
    except DomainError:
        return False
    return True


def _triage(state: Ticket, now: datetime) -> Iterable[Step]:
    impacts = (None, *(impact for one in state.terms.severities.values() for impact in one.impacts))
    for severity in state.terms.severities:
        for impact in impacts:
            yield cmd.Triage(severity=severity, impact=impact, reason=SOMETHING, assignee=state.assignee or "somebody")


def _assign(state: Ticket, now: datetime) -> Iterable[Step]:
    return [cmd.Assign(assignee=name) for name in ("somebody", "else") if name != state.assignee]


def _status_update(state: Ticket, now: datetime) -> Iterable[Step]:
    return (cmd.StatusUpdate(text=SOMETHING, means=means) for means in state.terms.contact.updates_by or Means)


def _escalate(state: Ticket, now: datetime) -> Iterable[Step]:
    for level, one in state.terms.levels.items():
        for group in one.groups or (None,):
            also = tuple(name for name in one.groups if name != group)
            for others in ((), also) if also else ((),):
                yield cmd.Escalate(
                    level=level, group=group, also=others, reason=SOMETHING, assignee="somebody", billable=SOMETHING
                )


def _resolve(state: Ticket, now: datetime) -> Iterable[Step]:
    for kind in state.terms.resolutions:
        by = now + LATER if kind in state.terms.tracked else None
        for cause in Cause if state.terms.root_cause else (None,):
            yield cmd.Resolve(kind=kind, text=SOMETHING, cause=cause, cause_text=cause and SOMETHING, promised_by=by)


def _classify(state: Ticket, now: datetime) -> Iterable[Step]:
    for kind, one in state.terms.requests.items():
        level = state.terms.levels.get(one.level)
        for group in (None, *(level.groups if level else ())):
            yield cmd.Classify(kind=kind, group=group, reason=SOMETHING)


def _supply(state: Ticket, now: datetime) -> Iterable[Step]:
    return [cmd.Supply(product=ProductNamed(name="something"))]


def _exclude(state: Ticket, now: datetime) -> Iterable[Step]:
    return (cmd.Exclude(exclusion=name, text=SOMETHING) for name in state.terms.exclusions)


def _log_time(state: Ticket, now: datetime) -> Iterable[Step]:
    began = now - timedelta(minutes=1)
    return (cmd.LogTime(work=work, minutes=1, began_at=began, text=SOMETHING) for work in Work)


def _make_quote(state: Ticket, now: datetime) -> Iterable[Step]:
    return [
        cmd.MakeQuote(text=SOMETHING, minutes=1),
        cmd.MakeQuote(text=SOMETHING, minutes=1, amount=Decimal(1), currency="EUR"),
    ]


FORMS: dict[str, Forms] = {
    "triage": _triage,
    "assign": _assign,
    "acknowledge": lambda s, n: [cmd.Acknowledge(means=Means.call, text=SOMETHING)],
    "comment": lambda s, n: [cmd.Comment(text=SOMETHING)],
    "note": lambda s, n: [cmd.Note(text=SOMETHING)],
    "status_update": _status_update,
    "take_call": lambda s, n: [cmd.TakeCall(call=s.calls or 1)],
    "call_done": lambda s, n: [cmd.CallDone(call=s.calls or 1, outcome=outcome, text=SOMETHING) for outcome in Reached],
    "agree_interval": lambda s, n: [cmd.AgreeInterval(every="4 h", reason=SOMETHING)],
    "ask": lambda s, n: [cmd.Ask(question=SOMETHING)],
    "answer": lambda s, n: [cmd.Answer(text=SOMETHING)],
    "classify": _classify,
    "supply": lambda s, n: [cmd.Supply(product=ProductNamed(name="something"))],
    "exclude": _exclude,
    "escalate": _escalate,
    "ask_manager": lambda s, n: [cmd.AskManager(reason=SOMETHING)],
    "ask_progress": lambda s, n: [cmd.AskProgress()],
    "offer_session": lambda s, n: [cmd.OfferSession(at=n + LATER, text=SOMETHING)],
    "log_time": _log_time,
    "ask_quote": lambda s, n: [cmd.AskQuote(text=SOMETHING)],
    "make_quote": _make_quote,
    "accept_quote": lambda s, n: [cmd.AcceptQuote(quote=s.quote.number)] if s.quote else [],
    "refuse_quote": lambda s, n: [cmd.RefuseQuote(quote=s.quote.number, reason=SOMETHING)] if s.quote else [],
    "resolve": _resolve,
    "consent": lambda s, n: [cmd.Consent()],
    "refuse": lambda s, n: [cmd.Refuse(reason=SOMETHING)],
    "reopen": lambda s, n: [cmd.Reopen(reason=SOMETHING)],
    "withdraw": lambda s, n: [cmd.Withdraw(reason=SOMETHING)],
    "keep_commitment": lambda s, n: [cmd.KeepCommitment(text=SOMETHING)],
    "restore_service": lambda s, n: [cmd.RestoreService(up_at=n, text=SOMETHING)],
    "attribute_outage": lambda s, n: [cmd.AttributeOutage(fault=fault, reason=SOMETHING) for fault in Fault],
    "await_defect": lambda s, n: [cmd.AwaitDefect(defect="D", reason=SOMETHING, no_workaround=True)],
    "leave_defect": lambda s, n: [cmd.LeaveDefect(reason=SOMETHING)],
    "ask_installation": lambda s, n: [cmd.AskInstallation(text=SOMETHING)],
}
"""Every step that people take, with the forms to try. Steps that only machines take are not here."""
