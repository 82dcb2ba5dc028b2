"""Any step by anybody who might take it, and the hour account that a ticket's workflow asks: for random lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import commands as cmd
from domain.commands import SYSTEM, Actor, Command, Step
from domain.commands.money import Booked
from domain.decide import handle
from domain.errors import DomainError
from domain.events import Event
from domain.hours import Package, left, settle
from domain.rules import hours
from domain.terms import Terms
from domain.ticket import Ticket
from domain.words import Cause, Fault, Means, ResolutionKind, Work
from tests.domain.stories import CLIENT, CONSULTANT, MONITOR, STAFF, paris

CAUSE = {"cause": Cause.usage, "cause_text": "Used otherwise."}


class Account:
    """Two packages, one of which expires after three weeks; other tickets take from them too."""

    def __init__(self, now: datetime) -> None:
        weeks = timedelta(weeks=1)
        self.packages = [
            Package(id="P1", minutes=300, used=60, bought_at=now, expires_at=now + 3 * weeks),
            Package(id="P2", minutes=600, bought_at=now, expires_at=now + 30 * weeks),
        ]
        self.taken: dict[str, int] = {}

    def settle(self, wanted: int, now: datetime) -> Booked:
        """Brings what the ticket has taken to `wanted`. DomainError when the packages do not hold it."""
        after = settle(self.packages, self.taken, wanted, now)
        self.packages = [
            one.model_copy(update={"used": one.used + after.get(one.id, 0) - self.taken.get(one.id, 0)})
            for one in self.packages
        ]
        self.taken = after
        return Booked(taken=after, left=left(self.packages, now))


def carry_out(state: Ticket, account: Account, command: Command, now: datetime) -> list[Event]:
    """What the workflow does with a command: the account is asked first; what the rules then refuse is given back."""
    step = command.step
    if not hours.asks_the_account(state, step):
        return handle(state, command, now)
    handle(state, command, now)  # the validator's look
    needed = hours.wanted(state, step)
    if needed is None:
        return handle(state, command, now)
    booked = account.settle(needed, now)
    try:
        return handle(state, command.model_copy(update={"step": step.model_copy(update={"booked": booked})}), now)
    except DomainError:
        account.settle(sum(state.taken.values()), now)
        raise


def anything(terms: Terms, now: datetime) -> list[tuple[Actor, Step]]:
    """Any step by anybody who might take it; many of them are refused at any one moment."""
    return [
        *((by, step) for by in (STAFF, CONSULTANT) for step in _by_staff(terms, now)),
        *((by, step) for by in (CLIENT, STAFF, MONITOR) for step in _by_anybody()),
        *((CLIENT, step) for step in _by_client(terms)),
        *((SYSTEM, step) for step in _by_system(terms)),
        (STAFF, cmd.Note(text="Ours.")),
    ]


def _by_staff(terms: Terms, now: datetime) -> list[Step]:
    places = [(level, group) for level, one in terms.levels.items() for group in (one.groups or (None,))]
    impacts = [impact for one in terms.severities.values() for impact in one.impacts]
    return [
        *(cmd.Triage(severity=severity, reason="Looked at.") for severity in terms.severities),
        *(
            cmd.Triage(severity=severity, reason="Looked at.", assignee="bob", silent=True)
            for severity in terms.severities
        ),
        *(
            cmd.Triage(severity=next(iter(terms.severities)), impact=one, assignee="bob", reason="Hm.")
            for one in impacts
        ),
        *(cmd.Escalate(level=level, group=group, reason="Theirs.", billable="It is.") for level, group in places),
        *(cmd.Escalate(level=level, group=group, reason="Theirs.", assignee="eva") for level, group in places),
        *(cmd.Resolve(kind=kind, text="Done.") for kind in ResolutionKind),
        *(cmd.Resolve(kind=kind, text="Done.", **CAUSE) for kind in ResolutionKind),
        *(
            cmd.Resolve(kind=kind, text="Will be.", promised_by=now + timedelta(days=9), **CAUSE)
            for kind in (ResolutionKind.promised_fix, ResolutionKind.action_plan)
        ),
        *(cmd.Assign(assignee=name, others=others) for name, others in (("bob", ()), ("eva", ("ida",)))),
        cmd.Acknowledge(means=Means.call, text="Seen."),
        cmd.StatusUpdate(text="Half done."),
        cmd.StatusUpdate(text="Half done.", means=Means.call),
        cmd.Ask(question="Since when?"),
        cmd.Ask(question="Since when?"),
        cmd.OfferSession(at=now + timedelta(days=30), text="Together."),
        *(cmd.AgreeInterval(every=every, reason="Wished.") for every in ("3 h", "2 business days")),
        *(cmd.Classify(kind=kind, reason="It is that.") for kind in terms.requests),
        *(
            cmd.Classify(kind=kind, group=group, reason="It is that.")
            for kind, one in terms.requests.items()
            for group in terms.levels[one.level].groups
        ),
        *(cmd.Exclude(exclusion=name, text="Not ours.") for name in terms.exclusions),
        *(cmd.LogTime(work=work, minutes=minutes, began_at=now, text="Done.") for work, minutes in _WORK),
        *(cmd.MakeQuote(text="So much.", minutes=minutes) for minutes in (60, 600)),
        cmd.AwaitDefect(defect="D-1", reason="A bug."),
        cmd.LeaveDefect(reason="No bug."),
        cmd.KeepCommitment(text="There it is."),
        cmd.RestoreService(up_at=now + timedelta(minutes=5), text="Up."),
        *(cmd.AttributeOutage(fault=fault, reason="Seen.") for fault in Fault),
        cmd.ChangeTerms(terms=_revised(terms), rollout="R-1"),
        cmd.ChangeTerms(terms=terms, rollout="R-2"),
    ]


_WORK = ((Work.analysis, 1), (Work.work, 50), (Work.work, 200), (Work.adjustment, 16))


def _by_anybody() -> list[Step]:
    return [
        cmd.Comment(text="Hm."),
        cmd.Answer(text="Since seven."),
        cmd.Consent(),
        cmd.Refuse(reason="No."),
        cmd.Reopen(reason="Again."),
        cmd.AskManager(reason="Slow."),
        cmd.AlertCleared(ended_at=paris("03-02 10:00"), text="Over."),
    ]


def _by_client(terms: Terms) -> list[Step]:
    facts = {name: True if item.kind == "fact" else "yes" for name, item in terms.intake.items()}
    return [
        *(cmd.Supply(intake={name: answer}) for name, answer in facts.items()),
        *(cmd.Supply(intake={name: False}) for name, item in terms.intake.items() if item.kind == "fact"),
        cmd.AskProgress(),
        cmd.AskQuote(text="How much?"),
        *(cmd.AcceptQuote(quote=number) for number in (1, 2)),
        *(cmd.RefuseQuote(quote=number, reason="Too much.") for number in (1, 2)),
        cmd.AskInstallation(text="Please."),
        cmd.Withdraw(reason="No need."),
    ]


def _by_system(terms: Terms) -> list[Step]:
    return [
        cmd.HearDefect(defect="D-1", announcement=1, text="We look."),
        cmd.HearDefect(defect="D-1", announcement=2, text="Fixed.", release="app 11.8"),
        cmd.HearDefect(defect="D-1", announcement=3, text="Never.", rejected=True),
    ]


def _revised(terms: Terms) -> Terms:
    """The same agreement with twice the time for every resolution, under a revision of its own."""
    severities = {
        name: one.model_copy(
            update={
                "resolution": one.resolution.model_copy(update={"amount": one.resolution.amount * 2})
                if one.resolution and one.resolution.amount
                else one.resolution
            }
        )
        for name, one in terms.severities.items()
    }
    return terms.model_copy(update={"revision": "newer", "severities": severities})
