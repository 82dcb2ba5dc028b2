"""The agreements that random lives are led under, and further revisions of each, which a roll-out may bring."""

from __future__ import annotations

from datetime import date
from typing import Any

from agreements import compile_terms, load, published
from domain.calendar import Calendar
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
    ReopeningTerms,
    ReportTerms,
    RequestTerms,
    RootCauseTerms,
    Terms,
)
from domain.words import Cause, ClockKind, Contact, Cover, Level, Party, ResolutionKind
from tests.clauses.conftest import OWN
from tests.domain.odd import TITLE, odd
from tests.domain.stories import agreement

OPENED = date(2026, 3, 2)
PROMISED = (ClockKind.response, ClockKind.update, ClockKind.resolution)
HOURS = HoursTerms(sizes=(1, 2), validity=parse("30 days"), step=10, warn_at=50)


def _odd() -> Terms:
    """The odd one with kinds, hours, quotes and defects as nobody has them: installing is deducted."""
    return odd(
        contact=ContactTerms(
            interval_agreed=True,
            continuous=("best",),
            before_response=("kind",),
            calls=CallTerms(severities=("best", "high"), retry=parse("15 min"), tell="lead"),
        ),
        requests={
            "in": RequestTerms(title=TITLE),
            "told": RequestTerms(title=TITLE, needs=("fact",)),
            "small": RequestTerms(title=TITLE, cover=Cover.deducted, cap=60, over=Level.consulting, over_group="one"),
            "put-in": RequestTerms(title=TITLE, cover=Cover.deducted, cap=200),
            "there": RequestTerms(title=TITLE, cover=Cover.billable, level=Level.consulting, group="two"),
            "never": RequestTerms(title=TITLE, cover=Cover.not_handled),
        },
        default_request="in",
        intake={
            "fact": IntakeItem(title=TITLE, kind="fact", before_work=True, holds=(ClockKind.resolution,)),
            "product": IntakeItem(title=TITLE, kind="product", severities=("high",), holds=(ClockKind.response,)),
        },
        exclusions={"own": Exclusion(title=TITLE)},
        hours=HOURS,
        quotes=QuoteTerms(first=True, valid=parse("2 days")),
        report=ReportTerms(),
        defects=DefectTerms(pauses=(*PROMISED, ClockKind.internal), installation="put-in", workaround=("high",)),
        tracked=(ResolutionKind.promised_fix,),
        triage_silent=True,
    )


AGREEMENTS: dict[str, Terms] = {
    **{name: agreement(name) for name in ("trackforce", "olcare", "proconcept", "onelife")},
    "platinum": compile_terms(load(published()["olcare"]), opened=OPENED, programme="platinum", region="americas"),
    "oasis": compile_terms(load(OWN / "oasis.yaml"), opened=OPENED),
    "night": compile_terms(load(OWN / "oasis.yaml"), opened=OPENED, programme="night", region="nepal"),
    "odd": _odd(),
}


def revisions(terms: Terms) -> list[Terms]:
    """Newer revisions, each unlike the last; some have no place for a ticket that stands where they have changed."""
    changed = [
        _slower(terms),
        terms.model_copy(update={"calendars": {name: _shorter(one) for name, one in terms.calendars.items()}}),
        _renamed(terms),
        _bare(terms),
        _strict(terms),
        _poorer(terms),
        terms,
        terms.model_copy(update={"agreement": "another"}),
    ]
    return [one.model_copy(update={"revision": f"revision-{number}"}) for number, one in enumerate(changed)]


def _slower(terms: Terms) -> Terms:
    """Another target for one severity only."""
    on = next(iter(terms.calendars))
    name, first = next(iter(terms.severities.items()))
    changed = first.model_copy(update={"resolution": parse("5 h", on=on), "update": parse("1 business day", on=on)})
    return terms.model_copy(update={"severities": {**terms.severities, name: changed}})


def _shorter(calendar: Calendar) -> Calendar:
    if calendar.name == "always":
        return calendar
    return calendar.model_copy(update={"hours": {"tue": (("10:00", "12:00"), ("14:00", "15:00")), "thu": WHOLE}})


WHOLE = (("00:00", "24:00"),)


def _renamed(terms: Terms) -> Terms:
    """The same calendars under other names."""
    names = {name: f"{name}-2" for name in terms.calendars if name != "always"}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: names.get(one, one)
                if key in ("on", "delivered", "local") and isinstance(one, str)
                else renamed(one)
                for key, one in value.items()
            }
        return [renamed(one) for one in value] if isinstance(value, list | tuple) else value

    dumped = renamed(terms.model_dump(mode="json"))
    dumped["calendars"] = {names.get(name, name): one for name, one in dumped["calendars"].items()}
    return Terms.model_validate(dumped)


def _bare(terms: Terms) -> Terms:
    """Severities, levels and names of kinds, and no rule besides: everything is included and nothing is asked for."""
    requests = {name: RequestTerms(title=one.title) for name, one in terms.requests.items()}
    blank = {name: Terms.model_fields[name].default for name in ("ladder", "waiting_pauses", "intake", "exclusions")}
    none = dict.fromkeys(("hours", "quotes", "report", "root_cause", "extended", "programme"))
    return terms.model_copy(
        update={
            **blank,
            **none,
            "requests": requests,
            "contact": ContactTerms(),
            "defects": DefectTerms(),
            "tracked": (),
            "consent": ConsentTerms(),
            "first_response": (Contact.acknowledgement,),
        }
    )


def _strict(terms: Terms) -> Terms:
    """Everything is deducted and stands still; silence closes soon, and both sides' named persons agree."""
    consulting = terms.levels[Level.consulting]
    small = {
        "cover": Cover.deducted,
        "cap": 60,
        "over": Level.consulting,
        "over_group": next(iter(consulting.groups), None),
    }
    held = IntakeItem(title=TITLE, holds=(ClockKind.response, ClockKind.resolution), before_work=True)
    levels = {
        name: one.model_copy(update={"pauses": PROMISED, "internal": parse("2 h"), "billed": True})
        for name, one in terms.levels.items()
    }
    return terms.model_copy(
        update={
            "requests": {name: one.model_copy(update=small) for name, one in terms.requests.items()},
            "levels": levels,
            "intake": {**terms.intake, "paper": held},
            "hours": HOURS,
            "quotes": QuoteTerms(first=True, valid=parse("5 h")),
            "report": ReportTerms(),
            "waiting_pauses": tuple(ClockKind),
            "defects": terms.defects.model_copy(update={"pauses": tuple(ClockKind)}),
            "contact": ContactTerms(interval_agreed=True, continuous=(next(iter(terms.severities)),)),
            "consent": ConsentTerms(
                of=tuple(Party), remind=parse("1 day"), silence=parse("2 days"), representatives=True
            ),
            "reopening": ReopeningTerms(within=parse("3 days"), clocks="afresh"),
            "root_cause": RootCauseTerms(with_defect=(Cause.bug,)),
            "tracked": terms.resolutions,
        }
    )


def _poorer(terms: Terms) -> Terms:
    """Without R&D, the first severity and every other kind of request."""
    levels = {name: one for name, one in terms.levels.items() if name is not Level.rnd}
    kinds = [name for name in terms.requests if name == terms.default_request or name == terms.defects.installation]
    others = [name for name in list(terms.requests)[::2] if name not in kinds]
    severities = dict(list(terms.severities.items())[1:])
    return terms.model_copy(
        update={
            "severities": severities,
            "default_severity": next(iter(severities)),
            "levels": levels,
            "requests": {name: terms.requests[name] for name in [*kinds, *others]},
            "contact": terms.contact.model_copy(update={"continuous": ()}),
            "extended": None,
            "intake": {},
        }
    )
