"""What people read of commitments that are tracked, of service interruptions and of planned maintenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.letters import Letter, Quote, Words
from activities.phrases import Phrases, mark
from activities.texts_rnd import release_parts

Data = Mapping[str, Any]

_FAULTS = {
    "provider": mark("The interruption of the service was our fault. It counts against what we promised you:"),
    "client": mark("We found that the interruption of the service came from your side:"),
    "internet": mark("We found that the interruption of the service came from the Internet line:"),
    "maintenance": mark("The interruption of the service was part of the maintenance that we had planned:"),
}


def _kept(p: Phrases, d: Data) -> Letter:
    done = p.say("What we promised you when your ticket was closed is done:")
    late = ""
    if d.get("late"):
        late = p.say(
            "We had promised it by {moment}, and are late by {span}. We apologise.",
            moment=p.moment(d["promised_by"]),
            span=p.span(float(d["late"])),
        )
    again = ""
    if d.get("reopen_until"):
        again = p.say(
            "If it does not solve the problem, you can reopen the ticket until {moment}.",
            moment=p.moment(d["reopen_until"]),
        )
    return Letter(p.say("Promise kept"), (done, Quote(d["text"]), *release_parts(p, d), late, again))


def _restored(p: Phrases, d: Data) -> Letter:
    up = p.say(
        "The service is up again since {up}. It had been down since {down}.",
        up=p.moment(d["up_at"]),
        down=p.moment(d["down_since"]),
    )
    return Letter(p.say("The service is up again"), (up, Quote(d["text"])))


def _attributed(p: Phrases, d: Data) -> Letter:
    found = p.say(_FAULTS.get(d["fault"], _FAULTS["provider"]))
    return Letter(p.say("Cause of the interruption"), (found, Quote(d["reason"])))


def _due(p: Phrases, d: Data) -> Letter:
    come = p.say(
        "This ticket was closed with a promise, and the promised time has come: {moment}. It is not kept yet:",
        moment=p.moment(d["promised_by"]),
    )
    do = p.say("Please see to it, and say on the ticket when it is done. The client is told then.")
    return Letter(p.say("Promise due"), (come, Quote(d["text"]), do))


def _asked(p: Phrases, d: Data) -> Letter:
    asked = p.say("You are named in the contract to agree, for our side, that this ticket is solved. It was proposed:")
    answer = p.say("Please accept the resolution on the ticket, or refuse it and say what is missing.")
    return Letter(p.say("Your agreement is asked for"), (asked, Quote(d["text"]), answer))


def _planned(p: Phrases, d: Data) -> Letter:
    when = p.say(
        "We plan maintenance of {service}: from {start} to {end}. The service may not be available during this time.",
        service=d["service"],
        start=p.moment(d["starts_at"]),
        end=p.moment(d["ends_at"]),
    )
    return Letter(p.say("Planned maintenance"), (when, Quote(d["text"]), p.say("You do not need to do anything.")))


def _cancelled(p: Phrases, d: Data) -> Letter:
    off = p.say(
        "The maintenance of {service} from {start} to {end} does not take place, for the following reason:",
        service=d["service"],
        start=p.moment(d["starts_at"]),
        end=p.moment(d["ends_at"]),
    )
    return Letter(p.say("Maintenance cancelled"), (off, Quote(d["reason"])))


def _forced(p: Phrases, d: Data) -> Letter:
    beyond = p.say(
        "{who} has planned maintenance of {service} beyond the limit of the agreement: from {start} to {end}. "
        "The reason given:",
        who=d["by"],
        service=d["service"],
        start=p.moment(d["starts_at"]),
        end=p.moment(d["ends_at"]),
    )
    counts = p.say("What the service is down in this window counts against its availability.")
    return Letter(p.say("Maintenance beyond the limit"), (beyond, Quote(d["reason"]), counts))


def _webhook_disabled(p: Phrases, d: Data) -> Letter:
    failed = p.say(
        "The webhook {webhook} is called no longer, and what it missed waits to be sent again. The reason:",
        webhook=d["webhook"],
    )
    do = p.say("Tell whoever runs the endpoint. When it answers again, enable the webhook and send the messages again.")
    return Letter(p.say("Webhook disabled"), (failed, Quote(d["why"]), do))


PROVIDER_TEXTS: dict[str, Words] = {
    "commitment_kept": _kept,
    "service_restored": _restored,
    "outage_attributed": _attributed,
    "maintenance_planned": _planned,
    "maintenance_cancelled": _cancelled,
}
STAFF_PROVIDER_TEXTS: dict[str, Words] = {
    "staff_commitment_due": _due,
    "staff_consent_asked": _asked,
    "staff_maintenance_forced": _forced,
    "staff_webhook_disabled": _webhook_disabled,
}
