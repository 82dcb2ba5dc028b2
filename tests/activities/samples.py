"""Messages as real tickets call for them: lives driven by the pure rules until every template has been written."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from domain import commands as cmd
from domain.base import Instant
from domain.commands import SYSTEM, Actor
from domain.commands.money import Booked
from domain.events import Event
from domain.maintenance import Window
from domain.messages import Message, Recipient, mail, maintenance
from domain.target import parse
from domain.terms import (
    CallTerms,
    ConsentTerms,
    ContactTerms,
    DefectTerms,
    Exclusion,
    HoursTerms,
    IntakeItem,
    QuoteTerms,
    ReportTerms,
    RequestTerms,
    RootCauseTerms,
)
from domain.terms.provider import MaintenanceTerms, ProviderTerms
from domain.webhooks import disabled
from domain.words import ClockKind, Cover, Level, Party, ResolutionKind, Role, Work
from tests.factories import ANNA, BOB, CLARA, DAY, HOUR, MAX, MINUTE, MONDAY, Life, terms

MONITOR = Actor(role=Role.integrator, id="alertmanager")
NUMBER = "K7M39QX24T"


def written(life: Life) -> list[Message]:
    """The messages of a life so far."""
    return list(life.take().messages)


def lives(language: str) -> list[Life]:
    """Tickets that between them meet everything a message is written for."""
    asks_both = terms(
        consent=ConsentTerms(of=(Party.client, Party.provider), remind=parse("2 days"), silence=parse("9 days"))
    )
    return [
        _worked_on(language), _both_asked(language, asks_both), _silent(language, asks_both), _monitored(language),
        _promised(language), _interrupted(language), _rolled_out(language), _agreed(language), counted(language),
        capped(language),
        *_rnd(language), _asked_for_its_intake(language), _called(language),
    ]  # fmt: skip


@cache
def sample(template: str, language: str = "fr") -> Message:
    """One message of a template. KeyError when no life has written one."""
    return samples(language)[template]


@cache
def samples(language: str) -> dict[str, Message]:
    """By template, the first message that a life wrote."""
    found: dict[str, Message] = {}
    for life in lives(language):
        for message in written(life):
            found.setdefault(message.template, message)
    told = disabled("H7QX24T9K3", "Labels are not printed", "it has failed for 5 days", MONDAY)
    refused = mail.refused("anna", language, "Labels are not printed", "no_contract", "Kein Vertrag.", MONDAY)
    told = told.model_copy(update={"language": language})
    for message in (*maintained(language), signing_in(language), told, refused):
        found.setdefault(message.template, message)
    return found


def signing_in(language: str) -> Message:
    """A link that signs in; its secret stands nowhere."""
    return Message(
        key="sign_in:L1:sign_in_link:anna", sequence=0, to=Recipient(kind="contact", id="anna"),
        template="sign_in_link", language=language,
        data={"link": "L1", "until": MONDAY.isoformat(), "zone": "Europe/Paris", "subject": "Escalade"},
    )  # fmt: skip


def maintained(language: str) -> list[Message]:
    """What is told of a planned window: beforehand, as beyond the limit, and that it was cancelled."""
    said = ProviderTerms(
        languages=("fr", "en"), maintenance=MaintenanceTerms(at_most=1, at_most_words="1 s", zone="UTC")
    )
    window = Window(
        id="W1", service="sites", starts_at=MONDAY, ends_at=MONDAY + HOUR, text="A new database.",
        forced="It cannot wait.", planned_by="max", planned_at=MONDAY - DAY,
    )  # fmt: skip
    off = window.model_copy(update={"cancelled_at": MONDAY - HOUR, "cancelled_for": "Not ready."})
    readers = [maintenance.Reader(contact="anna", language=language)]
    told = [*maintenance.planned(window, "Sites", said, readers), *maintenance.cancelled(off, "Sites", said, readers)]
    return [message.model_copy(update={"language": language}) for message in told]


def events(language: str) -> list[Event]:
    """Everything that happened in the sample lives."""
    return [event for life in lives(language) for event in life.events]


def message(key: str = f"{NUMBER}:1:comment:0a1b2c3d", at: Instant = MONDAY, **changes: object) -> Message:
    """A comment to Anna, whose every field can be set."""
    return sample("comment", "en").model_copy(update={"key": key, **changes})


def _called(language: str) -> Life:
    calls = CallTerms(severities=("critical",), retry=parse("15 min"))
    life = Life("T31", language=language, terms=terms(contact=ContactTerms(calls=calls)))
    return life.do(BOB, cmd.CallDone(call=1, outcome="not_reached", text="It rang out."))


def _worked_on(language: str) -> Life:
    life = Life(NUMBER, language=language)
    life.do(BOB, cmd.Assign(assignee="bob"))
    life.do(BOB, cmd.Acknowledge(means="call", text="We are on it."))
    life.do(BOB, cmd.Comment(text="Restarted once."))
    life.do(ANNA, cmd.Comment(text="No change."))
    life.do(BOB, cmd.StatusUpdate(text="Looking at the spooler."))
    life.do(ANNA, cmd.AskProgress(text="Do you know more?"))
    life.do(MAX, cmd.OfferSession(at=MONDAY + DAY, text="We call you and look at the queue together."))
    life.wait(2 * HOUR)
    life.do(BOB, cmd.Ask(question="Since when?"))
    life.do(ANNA, cmd.Answer(text="Since seven."), HOUR)
    life.do(BOB, cmd.Escalate(level="consulting", group="logistics", reason="Label layout"))
    life.do(CLARA, cmd.Escalate(level="support", reason="Layout is right"), 3 * HOUR)
    life.do(ANNA, cmd.AskManager(reason="Our lorries wait."))
    life.do(BOB, cmd.Resolve(kind="fix", text="Spooler restarted."), 9 * HOUR)
    life.do(ANNA, cmd.Refuse(reason="Still nothing."), HOUR)
    life.do(BOB, cmd.Triage(severity="low", reason="One printer of five"))
    life.wait(20 * DAY)
    life.do(BOB, cmd.Resolve(kind="workaround", text="Use the second printer."))
    life.wait(5 * DAY)
    life.do(ANNA, cmd.Consent())
    life.do(ANNA, cmd.Reopen(reason="It is back."), DAY)
    return life.do(ANNA, cmd.Withdraw(reason="We bought a new one."))


def _both_asked(language: str, asks_both: object) -> Life:
    life = Life("T2", language=language, terms=asks_both)
    life.do(BOB, cmd.Resolve(kind="action_plan", text="New driver on Friday."))
    life.do(ANNA, cmd.Consent())
    return life.do(BOB, cmd.Consent())


def _promised(language: str) -> Life:
    """Two named representatives agree on a promise that is kept late."""
    named = terms(
        consent=ConsentTerms(of=(Party.client, Party.provider), representatives=True),
        tracked=(ResolutionKind.promised_fix,),
    )
    life = Life("T6", language=language, terms=named, representatives={Party.client: "ines", Party.provider: "bob"})
    promise = cmd.Resolve(kind="promised_fix", text="In the next firmware.", promised_by=MONDAY + 3 * DAY)
    life.do(BOB, promise).do(Actor(role=Role.client, id="ines"), cmd.Consent()).do(BOB, cmd.Consent())
    return life.do(BOB, cmd.KeepCommitment(text="The firmware is there."), 4 * DAY)


def _interrupted(language: str) -> Life:
    life = Life("T7", language=language, service="sites", down_since=MONDAY - HOUR)
    life.do(BOB, cmd.RestoreService(up_at=MONDAY, text="It runs again."))
    return life.do(BOB, cmd.AttributeOutage(fault="internet", reason="A cut cable."))


def _silent(language: str, asks_both: object) -> Life:
    life = Life("T3", language=language, terms=asks_both)
    life.do(BOB, cmd.Resolve(kind="recommendations", text="Clean the print head."))
    return life.wait(timedelta(days=10))


def _monitored(language: str) -> Life:
    life = Life("T4", language=language)
    life.do(MONITOR, cmd.AlertCleared(ended_at=MONDAY + MINUTE, text="PrinterDown is over."))
    return life.do(MONITOR, cmd.AlertFired(started_at=MONDAY + 2 * MINUTE, text="PrinterDown again."))


def _rolled_out(language: str) -> Life:
    newer = terms(revision="r2")
    critical = newer.severities["critical"].model_copy(update={"response": parse("3 h"), "update": None})
    newer = newer.model_copy(update={"severities": {**newer.severities, "critical": critical}})
    return Life("T5", language=language).do(SYSTEM, cmd.ChangeTerms(terms=newer, rollout="acme-1"))


def _agreed(language: str) -> Life:
    life = Life("T7", language=language, terms=terms(contact=ContactTerms(interval_agreed=True)))
    return life.do(BOB, cmd.AgreeInterval(every="4 h", reason="Anna is out until noon."))


def _asked_for_its_intake(language: str) -> Life:
    """Something is missing, comes, and the request turns out to be none of ours."""
    asks = terms(
        intake={"site": IntakeItem(title={"fr": "Le site", "en": "The site"}, before_work=True)},
        exclusions={"misuse": Exclusion(title={"fr": "Mauvais usage", "en": "Misuse"}, clause=("A-1",))},
    )
    life = Life("T9", language=language, terms=asks)
    life.do(ANNA, cmd.Supply(intake={"site": "Lyon 2"}))
    return life.do(BOB, cmd.Exclude(exclusion="misuse", text="The printer was opened."))


def _waits_for_rnd(language: str, *news: cmd.HearDefect, closed: bool = False) -> Life:
    """A ticket that waits for a defect, hears of it, and asks for the installation where there is something."""
    installed = terms(
        defects=DefectTerms(pauses=(ClockKind.resolution,), installation="update"),
        root_cause=RootCauseTerms(),
        requests={"update": RequestTerms(title={"fr": "Mise à jour", "en": "Update"}, cover=Cover.billable)},
    )
    life = Life("T8", language=language, terms=installed)
    life.do(BOB, cmd.AwaitDefect(defect="D-1", reason="A bug in the driver.", workaround="Restart it at noon."))
    if closed:
        cause = {"cause": "bug", "cause_text": "The driver leaks."}
        life.do(BOB, cmd.Resolve(kind="workaround", text="Restart it at noon.", **cause)).do(ANNA, cmd.Consent())
    for one in news:
        life.do(SYSTEM, one)
    return life


def _rnd(language: str) -> list[Life]:
    def hear(text: str, **more: object) -> cmd.HearDefect:
        return cmd.HearDefect.model_validate({"defect": "D-1", "announcement": 1, "text": text, **more})

    freed = _waits_for_rnd(language, hear("Keeps its connection.", release="driver 4.2"))
    freed.do(ANNA, cmd.AskInstallation(text="On Tuesday, please."))
    left = _waits_for_rnd(language).do(BOB, cmd.LeaveDefect(reason="It was the cable."))
    return [
        freed,
        left,
        _waits_for_rnd(language, hear("We can reproduce it.")),
        _waits_for_rnd(language, hear("It works as designed.", rejected=True)),
        _waits_for_rnd(language, hear("Keeps its connection.", release="driver 4.2"), closed=True),
    ]


HOURS = {
    "hours": HoursTerms(sizes=(10,), validity=parse("365 days")),
    "quotes": QuoteTerms(valid=parse("30 days")),
    "report": ReportTerms(),
    "requests": {
        "error": RequestTerms(title={"fr": "Erreur logiciel", "en": "Software error"}),
        "help": RequestTerms(title={"fr": "Aide", "en": "Help"}, cover=Cover.deducted),
    },
    "default_request": "error",
}


def capped(language: str) -> Life:
    """Work that needs more than the contract allows of it is handed over."""
    limited = RequestTerms(title={"fr": "Aide", "en": "Help"}, cover=Cover.deducted, cap=60, over=Level.rnd)
    life = Life(
        "T21", language=language, terms=terms(**{**HOURS, "requests": {"help": limited}, "default_request": "help"})
    )
    booked = Booked(taken={"P1": 60}, left=540)
    entry = cmd.LogTime(work=Work.work, minutes=80, began_at=MONDAY, text="Two reports.", booked=booked)
    return life.do(BOB, entry, 2 * HOUR)


def counted(language: str) -> Life:
    """Time that is logged, charged otherwise, warned of and reported; quotes that are answered in every way."""
    life = Life("T20", language=language, terms=terms(**HOURS))
    life.do(BOB, cmd.LogTime(work=Work.analysis, minutes=50, began_at=MONDAY, text="Looked at the log."), HOUR)
    booked = Booked(taken={"P1": 60}, left=120, warned={"P1": 120})
    life.do(BOB, cmd.Classify(kind="help", reason="It was used wrongly.", booked=booked))
    life.do(ANNA, cmd.AskQuote(text="And the other reports?"))
    for answer in (cmd.AcceptQuote(quote=1), cmd.RefuseQuote(quote=2, reason="Too long."), None):
        life.do(BOB, cmd.MakeQuote(text="Both reports.", minutes=90))
        if answer is not None:
            life.do(ANNA, answer)
    life.wait(40 * DAY)
    return life.do(BOB, cmd.Resolve(kind="fix", text="Shown how."))
