"""Any step by anybody who might take it, made for a ticket and an instant; many are refused at any one moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from domain import commands as cmd
from domain.commands import SYSTEM, Actor, ProductNamed, Step
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import Cause, Fault, Level, Means, Reached, ResolutionKind, Status, Work
from tests.domain.any_life.openings import PRODUCTS
from tests.domain.stories import CLIENT, CONSULTANT, MONITOR, STAFF

Make = Callable[[Ticket, datetime], list[Step]]
"""The variants of one step, as a ticket stands at an instant."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CAUSES = (None, Cause.usage, Cause.bug, Cause.configuration)


def _places(terms: Terms) -> list[tuple[Level, str | None]]:
    return [(level, group) for level, one in terms.levels.items() for group in (*one.groups, None)]


def _triage(state: Ticket, now: datetime) -> list[Step]:
    impacts = [None, *(impact for one in state.terms.severities.values() for impact in one.impacts)]
    return [
        cmd.Triage(severity=severity, reason="Looked at.", impact=impact, assignee=assignee, silent=silent)
        for silent in (False, True)
        for assignee in ("bob", None, "eva")
        for severity in state.terms.severities
        for impact in (impacts if not silent else [None])
    ]


def _assign(state: Ticket, now: datetime) -> list[Step]:
    return [
        cmd.Assign(assignee=name, others=others, groups=groups)
        for name, others in (("bob", ()), ("eva", ("ida",)), ("bob", ("bob",)))
        for groups in ({}, {name: state.group}, {name: None})
    ]


def _escalate(state: Ticket, now: datetime) -> list[Step]:
    return [
        cmd.Escalate(
            level=level, group=group, reason="Theirs.", also=also, assignee=assignee, forecast=forecast, billable=why
        )
        for level, group in _places(state.terms)
        for also in ((), tuple(state.terms.levels[level].groups)[-1:])
        for assignee, forecast in ((None, None), ("eva", now + 5 * DAY), ("eva", now))
        for why in ("Not in the contract.", None)
    ]


def _resolve(state: Ticket, now: datetime) -> list[Step]:
    return [
        cmd.Resolve(kind=kind, text="Done.", cause=cause, cause_text=cause and "Seen.", promised_by=by)
        for by in (None, now + 2 * HOUR, now + 9 * DAY, now)
        for cause in CAUSES
        for kind in ResolutionKind
    ]


def _classify(state: Ticket, now: datetime) -> list[Step]:
    return [
        cmd.Classify(kind=kind, group=group, reason="It is that.")
        for kind, one in state.terms.requests.items()
        for group in (None, *(state.terms.levels[one.level].groups if one.level in state.terms.levels else ()))
    ]


def _supply(state: Ticket, now: datetime) -> list[Step]:
    items = state.terms.intake
    good = {name: True if item.kind == "fact" else "Yes." for name, item in items.items()}
    return [
        *(cmd.Supply(intake=good) for _ in range(2 if good else 1)),
        *(cmd.Supply(intake={name: answer}) for name, answer in good.items()),
        *(cmd.Supply(intake={name: False}) for name, item in items.items()),
        *(cmd.Supply(product=ProductNamed(name=one.name, version=one.version), known=one) for one in PRODUCTS),
        cmd.Supply(product=ProductNamed(name="app", version="11.2", serial="S-9")),
    ]


def _log_time(state: Ticket, now: datetime) -> list[Step]:
    return [
        cmd.LogTime(work=work, minutes=minutes, began_at=now - ago, text="Worked.")
        for minutes in (1, 16, 50, 59, 200, 600)
        for work in Work
        for ago in (2 * DAY, minutes * MINUTE, 0 * MINUTE, 30 * DAY)
    ]


def _make_quote(state: Ticket, now: datetime) -> list[Step]:
    return [
        cmd.MakeQuote(text="So much.", minutes=minutes, amount=amount, currency=currency)
        for minutes in (60, 480, 30)
        for amount, currency in ((None, None), (Decimal("450.00"), "EUR"))
    ]


def _quote(state: Ticket) -> list[int]:
    return [state.quote.number if state.quote else 1, 7]


def _hear(state: Ticket, now: datetime) -> list[Step]:
    number = state.awaited.heard + 1 if state.awaited else 1
    defect = state.awaited.defect if state.awaited else "D-1"
    return [
        cmd.HearDefect(defect=defect, announcement=number, text="We look."),
        cmd.HearDefect(defect=defect, announcement=number, text="Fixed.", release="app 11.8"),
        cmd.HearDefect(defect=defect, announcement=number + 3, text="Fixed.", release="app 11.8", line="11"),
        cmd.HearDefect(defect=defect, announcement=number, text="Never.", rejected=True),
        cmd.HearDefect(defect=defect, announcement=number - 1, text="Once more."),
    ]


def _await_defect(state: Ticket, now: datetime) -> list[Step]:
    return [
        cmd.AwaitDefect(defect=name, reason="A bug.", workaround=around, no_workaround=none)
        for name in ("D-1", "D-2")
        for around, none in ((None, True), ("Press twice.", False), (None, False))
    ]


def _restore(state: Ticket, now: datetime) -> list[Step]:
    earlier = [now - 3 * HOUR, None, now + HOUR]
    return [
        cmd.RestoreService(up_at=at, text="Up.", down_since=since)
        for at in (now, now - HOUR, now + HOUR)
        for since in earlier
    ]


MAKE: dict[type[Step], Make] = {
    cmd.Erase: lambda state, now: [cmd.Erase(), cmd.Erase(whole=False)],
    cmd.Triage: _triage,
    cmd.Assign: _assign,
    cmd.Escalate: _escalate,
    cmd.Resolve: _resolve,
    cmd.Classify: _classify,
    cmd.Supply: _supply,
    cmd.LogTime: _log_time,
    cmd.MakeQuote: _make_quote,
    cmd.HearDefect: _hear,
    cmd.AwaitDefect: _await_defect,
    cmd.RestoreService: _restore,
    cmd.Acknowledge: lambda s, n: [cmd.Acknowledge(means=means, text="Seen.") for means in Means],
    cmd.StatusUpdate: lambda s, n: [cmd.StatusUpdate(text="Half done.", means=means) for means in Means],
    cmd.Comment: lambda s, n: [cmd.Comment(text="Hm.")],
    cmd.Note: lambda s, n: [cmd.Note(text="Ours.")],
    cmd.Ask: lambda s, n: [cmd.Ask(question="Since when?")],
    cmd.Answer: lambda s, n: [cmd.Answer(text="Since seven.")],
    cmd.AskManager: lambda s, n: [cmd.AskManager(reason="Slow.")],
    cmd.AskProgress: lambda s, n: [cmd.AskProgress(), cmd.AskProgress(text="Well?")],
    cmd.OfferSession: lambda s, n: [cmd.OfferSession(at=at, text="Together.") for at in (n + DAY, n)],
    cmd.AgreeInterval: lambda s, n: [
        cmd.AgreeInterval(every=every, reason="As they like.")
        for every in ("20 min", "5 h", "3 business days", "1 min", "soon")
    ],
    cmd.Exclude: lambda s, n: [cmd.Exclude(exclusion=one, text="Not ours.") for one in (*s.terms.exclusions, "none")],
    cmd.AskQuote: lambda s, n: [cmd.AskQuote(text="How much?")],
    cmd.AcceptQuote: lambda s, n: [cmd.AcceptQuote(quote=number) for number in _quote(s)],
    cmd.RefuseQuote: lambda s, n: [cmd.RefuseQuote(quote=number, reason="Too much.") for number in _quote(s)],
    cmd.LeaveDefect: lambda s, n: [cmd.LeaveDefect(reason="No bug.")],
    cmd.TakeCall: lambda s, n: [cmd.TakeCall(call=number) for number in (s.calls or 1, 99)],
    cmd.CallDone: lambda s, n: [
        cmd.CallDone(call=number, outcome=outcome, text="Rang.", next_at=at)
        for number in (s.calls or 1, 99)
        for outcome in Reached
        for at in (None, n + HOUR, n)
    ],
    cmd.AskInstallation: lambda s, n: [cmd.AskInstallation(text="Please.")],
    cmd.KeepCommitment: lambda s, n: [cmd.KeepCommitment(text="There it is.")],
    cmd.AttributeOutage: lambda s, n: [cmd.AttributeOutage(fault=fault, reason="Seen.") for fault in Fault],
    cmd.AlertCleared: lambda s, n: [cmd.AlertCleared(ended_at=at, text="Over.") for at in (n, n - DAY)],
    cmd.AlertFired: lambda s, n: [cmd.AlertFired(started_at=at, text="Again.") for at in (n, n - DAY)],
    cmd.Consent: lambda s, n: [cmd.Consent()],
    cmd.Refuse: lambda s, n: [cmd.Refuse(reason="No.")],
    cmd.Reopen: lambda s, n: [cmd.Reopen(reason="Again.")],
    cmd.Withdraw: lambda s, n: [cmd.Withdraw(reason="No need.")],
}

CLIENTS = (
    cmd.AcceptQuote,
    cmd.RefuseQuote,
    cmd.AskQuote,
    cmd.AskInstallation,
    cmd.AskProgress,
    cmd.Withdraw,
    cmd.Answer,
)
BOTH = (cmd.Consent, cmd.Refuse, cmd.Reopen, cmd.Comment, cmd.Supply, cmd.AskManager)


KINDS = (*MAKE, cmd.ChangeTerms)
ASKING = (cmd.LogTime, cmd.LogTime, cmd.Classify, cmd.AskInstallation)
"""What may ask the hour account."""


def actors(kind: type[Step]) -> tuple[Actor, ...]:
    """Who takes such a step; the first mostly."""
    if kind in (cmd.HearDefect, cmd.ChangeTerms):
        return (SYSTEM,)
    if kind in (cmd.AlertCleared, cmd.AlertFired):
        return (MONITOR,)
    if kind in CLIENTS:
        return (CLIENT, CLIENT, STAFF)
    return (CLIENT, STAFF) if kind in BOTH else (STAFF, CONSULTANT, STAFF, CLIENT)


FITTING: dict[Status, tuple[type[Step], ...]] = {
    Status.new: (
        cmd.Acknowledge, cmd.Triage, cmd.Ask, cmd.Escalate, cmd.Comment, cmd.Assign, cmd.LogTime, cmd.Classify,
        cmd.AwaitDefect,
    ),
    Status.open: (
        cmd.Resolve, cmd.Resolve, cmd.Triage, cmd.Assign, cmd.Ask, cmd.Escalate, cmd.StatusUpdate, cmd.LogTime,
        cmd.LogTime, cmd.Classify, cmd.MakeQuote, cmd.AwaitDefect, cmd.AgreeInterval, cmd.OfferSession,
        cmd.ChangeTerms,
    ),
    Status.waiting: (cmd.Answer, cmd.Answer, cmd.Triage, cmd.Escalate, cmd.Resolve, cmd.LogTime, cmd.ChangeTerms),
    Status.resolved: (cmd.Consent, cmd.Consent, cmd.Refuse, cmd.Resolve, cmd.LogTime, cmd.ChangeTerms),
    Status.closed: (cmd.Reopen, cmd.Reopen, cmd.ChangeTerms),
    Status.archived: (cmd.Reopen,),
}  # fmt: skip
"""What people do in earnest: without a bias to it, random steps hardly ever get to a consent and back."""


def fitting(state: Ticket) -> tuple[type[Step], ...]:
    """What the ticket calls for as it stands; what somebody waits for comes as often as all the rest."""
    quote, outage = state.quote, state.interruption
    awaited: list[type[Step]] = []
    if quote is not None and quote.state == "made" and state.closed_at is None:
        awaited += [cmd.AcceptQuote, cmd.AcceptQuote, cmd.RefuseQuote]
    if state.awaited is not None:
        awaited += [cmd.HearDefect, cmd.HearDefect, cmd.LeaveDefect]
    if state.release is not None and state.terms.defects.installation is not None:
        awaited += [cmd.AskInstallation]
    if state.open_commitment is not None:
        awaited += [cmd.KeepCommitment]
    if outage is not None:
        awaited += [cmd.RestoreService, cmd.AttributeOutage] if outage.up_at is None else [cmd.AttributeOutage]
    if state.call is not None:
        awaited += [cmd.CallDone, cmd.CallDone, cmd.TakeCall]
    if state.missing:
        awaited += [cmd.Supply, cmd.Supply]
    rest = FITTING[state.status]
    return (*rest, *(awaited * (len(rest) // len(awaited) or 1) if awaited else ()))


def made(
    kind: type[Step], state: Ticket, now: datetime, variant: int, who: int, newer: Sequence[Terms]
) -> tuple[Actor, Step]:
    """One such step and who takes it; `newer` are the revisions that can be rolled out."""
    if kind is cmd.ChangeTerms:
        return SYSTEM, cmd.ChangeTerms(terms=newer[variant % len(newer)], rollout="R-1")
    variants, by = MAKE[kind](state, now), actors(kind)
    step = variants[variant % len(variants)] if variants else cmd.Note(text="Nothing of the kind.")
    return by[who % len(by)], step
