"""An agreement that no publisher has: every rule set the other way round, so that no test leans on habit."""

from __future__ import annotations

from typing import Any

from domain.target import parse
from domain.terms import ConsentTerms, LadderStep, LevelTerms, ReopeningTerms, SeverityTerms, Terms
from domain.words import Channel, ClockKind, Contact, Level, Party
from tests.domain.stories import agreement

TITLE = {"en": "Any", "fr": "Tout"}


def odd(**changes: Any) -> Terms:
    """Around the clock, everything stops while the client owes an answer, silence closes, reopening starts afresh."""
    fields: dict[str, Any] = {
        "severities": {
            "high": SeverityTerms(
                title=TITLE,
                response=parse("60 min"),
                response_by={Channel.telephone: parse("30 min")},
                update=parse("2 h"),
                update_warning=parse("15 min"),
                resolution=parse("10 h"),
            ),
            "slow": SeverityTerms(
                title=TITLE,
                response=parse("4 h", on="office"),
                update=parse("1 business day", on="office"),
                resolution=parse("3 to 6 days"),
            ),
            "bare": SeverityTerms(title=TITLE),
            "best": SeverityTerms(title=TITLE, response=parse("best effort"), resolution=parse("next release")),
        },
        "default_severity": "high",
        "levels": {
            Level.support: LevelTerms(title=TITLE, internal=parse("3 h")),
            Level.consulting: LevelTerms(
                title=TITLE,
                groups={"one": TITLE, "two": TITLE},
                internal=parse("1 business day", on="office"),
                pauses=(ClockKind.response, ClockKind.update, ClockKind.resolution),
            ),
            Level.rnd: LevelTerms(title=TITLE, pauses=(ClockKind.resolution,)),
        },
        "ladder": (
            LadderStep(share=50, of=ClockKind.resolution, tell="team"),
            LadderStep(share=80, of=ClockKind.resolution, tell="lead"),
            LadderStep(share=100, of=ClockKind.resolution, tell="manager"),
            LadderStep(share=150, of=ClockKind.resolution, tell="manager"),
            LadderStep(share=100, of=ClockKind.internal, tell="lead"),
        ),
        "waiting_pauses": (ClockKind.response, ClockKind.update, ClockKind.resolution, ClockKind.internal),
        "first_response": (Contact.acknowledgement,),
        "update_kept_by": (Contact.status_update,),
        "consent": ConsentTerms(
            of=(Party.client, Party.provider),
            remind=parse("1 day"),
            silence=parse("3 days"),
            refusal="as_if_never_stopped",
        ),
        "reopening": ReopeningTerms(within=parse("10 days"), clocks="afresh"),
        "triage_provisional": False,
        "root_cause": None,
    }
    return agreement("trackforce").model_copy(update={**fields, **changes})
