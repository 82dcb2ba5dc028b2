"""What only shows when parts of an agreement are held side by side: promises that could never be kept, or never come.

Asked once every part is right in itself. Each function yields (path in the file, what is wrong and what to write).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from domain.target import ALWAYS, parse
from domain.words import Cover, Party

if TYPE_CHECKING:
    from agreements.schema import AgreementFile
    from agreements.schema.life import LadderRule

Wrong = Iterator[tuple[tuple[str | int, ...], str]]

RANKS = ("team", "lead", "manager")
"""Who is told by a step of the ladder, from the bottom to the top."""
OF_THE_TICKET = ("description", "impact", "product", "contact")
"""Kinds of intake items that are given by a field of the ticket, which there is once."""


def contradictions(agreement: AgreementFile) -> Wrong:
    """All that two parts of the file say against one another."""
    yield from _languages(agreement)
    yield from _cover(agreement)
    yield from _kinds(agreement)
    yield from _intake(agreement)
    yield from _ladder(agreement.ladder)
    yield from _life(agreement)


def _languages(agreement: AgreementFile) -> Wrong:
    spoken = {*agreement.languages}.union(*(region.languages for region in agreement.regions.values()))
    lists: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("languages",), agreement.languages)]
    lists += [(("regions", name, "languages"), region.languages) for name, region in agreement.regions.items()]
    for path, codes in lists:
        if len({*codes}) < len(codes):
            yield path, "names a language twice; keep each once"
    allowed = f"allowed: {', '.join(sorted(spoken))}"
    for position, code in enumerate(agreement.served.languages.only if agreement.served.languages else ()):
        if code not in spoken:
            yield (
                ("served", "languages", "only", position),
                f'"{code}" is served but spoken nowhere, so nobody could answer; {allowed}',
            )
    for name, programme in agreement.programmes.items():
        extended = programme.extended
        if extended and extended.language is not None and extended.language not in spoken:
            yield (
                ("programmes", name, "extended", "language"),
                f'"{extended.language}" is spoken nowhere; {allowed}',
            )


def _cover(agreement: AgreementFile) -> Wrong:
    for name, region in agreement.regions.items():
        if ALWAYS in region.calendars:
            message = f"`{ALWAYS}` is the calendar that is always open; a region cannot close it"
            yield ("regions", name, "calendars", ALWAYS), message
    for name, programme in agreement.programmes.items():
        rule = programme.extended
        if rule is None:
            continue
        path = ("programmes", name, "extended")
        if rule.instead_of == ALWAYS:
            message = f"`{ALWAYS}` is open around the clock, no hours are longer; name a calendar of this agreement"
            yield (*path, "instead_of"), f"{message}: {', '.join(agreement.calendars)}"
            continue
        for position, severity in enumerate(rule.severities):
            promised = agreement.severities[severity]
            parts = (promised.response, promised.update, promised.resolution)
            if not any(part and rule.instead_of in (part.on, part.delivered) for part in parts):
                yield (
                    (*path, "severities", position),
                    f"{severity} promises nothing on `{rule.instead_of}`, so longer hours would change nothing; "
                    "take it out, or count a promise of it on that calendar",
                )


def _kinds(agreement: AgreementFile) -> Wrong:
    requests = agreement.requests
    refused = [name for name, rule in requests.items() if rule.cover is Cover.not_handled]
    if requests and len(refused) == len(requests):
        yield ("requests",), "are all `not handled`, so nothing would ever be treated; cover at least one of them"
    for name in refused:
        for key, value in (("needs_contract", requests[name].needs_contract), ("needs", requests[name].needs)):
            if value:
                message = "asks something of requests that are never treated; leave it out, or change the cover"
                yield ("requests", name, key), message
    for name in agreement.exclusions:
        if name in requests and name not in refused:
            yield (
                ("exclusions", name),
                f"is excluded, and a kind of request that is {requests[name].cover} (requests.{name}); "
                "make that `not handled`, or give the exclusion another name",
            )
    billed = any(rule.cover is Cover.billable for rule in requests.values())
    billed = billed or any(level.billable for level in agreement.levels.values())
    if agreement.quotes and agreement.quotes.first and not billed:
        yield (
            ("quotes", "first"),
            "asks for a quote before billed work, but no work is billed; write false, make a kind of request "
            "`cover: billable`, or a level `billable`",
        )
    installation = agreement.defects.installation if agreement.defects else None
    if installation in refused:
        others = ", ".join(name for name in requests if name not in refused)
        message = f'"{installation}" is not handled, so it cannot be offered to the client; allowed: {others}'
        yield ("defects", "installation"), message


def _intake(agreement: AgreementFile) -> Wrong:
    impacts = any(severity.impacts for severity in agreement.severities.values())
    first: dict[str, str] = {}
    for name, item in agreement.intake.items():
        if item.kind in OF_THE_TICKET:
            if item.kind in first:
                yield (
                    ("intake", name, "kind"),
                    f"the {item.kind} of a ticket is asked for by `{first[item.kind]}` already; keep one of the two",
                )
            first.setdefault(item.kind, name)
        if item.kind == "impact" and not impacts:
            yield (
                ("intake", name, "kind"),
                "asks for an impact, but no severity names any; add `impacts` to the severities, or make it text",
            )
    needs = agreement.first_response.needs if agreement.first_response else ()
    settable = {"kind": bool(agreement.requests), "impact": impacts}
    where = {"kind": "`requests`", "impact": "`impacts` to the severities"}
    for position, need in enumerate(needs):
        if not settable.get(need, True):
            yield (
                ("first_response", "needs", position),
                f"this agreement has no {need} to set, so no response could ever be given; add {where[need]}, "
                "or take it out",
            )


def _ladder(ladder: tuple[LadderRule, ...]) -> Wrong:
    for (_, earlier), (position, step) in combinations(enumerate(ladder), 2):
        if earlier.of != step.of or not _meet(earlier, step):
            continue
        if step.share < earlier.share:
            yield (
                ("ladder", position, "at"),
                f"{step.share} % of {step.of} comes after {earlier.share} %; write the steps of a clock as they come",
            )
        elif RANKS.index(step.tell) < RANKS.index(earlier.tell):
            yield (
                ("ladder", position, "tell"),
                f"goes down the ladder: {earlier.tell} is told at {earlier.share} % already; "
                f"allowed from there on: {', '.join(RANKS[RANKS.index(earlier.tell) :])}",
            )
    for position, step in enumerate(ladder):
        told = [one.tell for one in ladder[:position] if one.of == step.of and _meet(one, step)]
        if step.tell == "manager" and "team" in told and "lead" not in told:
            message = "leaves a gap: from the team to the manager, past the lead; tell the lead in between"
            yield ("ladder", position, "tell"), message


def _meet(one: LadderRule, other: LadderRule) -> bool:
    """Whether there is a severity for which both steps are taken; left out means all."""
    return not one.severities or not other.severities or bool({*one.severities} & {*other.severities})


def _life(agreement: AgreementFile) -> Wrong:
    consent = agreement.consent
    for key, value in (("remind", consent.remind), ("silence", consent.silence)):
        if value and Party.client not in consent.of:
            yield ("consent", key), "is about the client, whose agreement is not asked; leave it out, or add client"
    if consent.remind and consent.silence and consent.remind.on == consent.silence.on:
        every = parse(consent.remind.every, on=consent.remind.on)
        ends = parse(consent.silence.close_after, on=consent.silence.on)
        if every.unit is ends.unit and (every.amount or 0) >= (ends.amount or 0):
            yield (
                ("consent", "remind", "every"),
                f'"{consent.remind.every}" is not before silence closes the ticket, after '
                f"{consent.silence.close_after}; write less",
            )
    if all(severity.continuous for severity in agreement.severities.values()):
        for level, rule in agreement.levels.items():
            if rule.pauses and rule.pauses.clocks:
                yield (
                    ("levels", level, "pauses"),
                    "stops clocks, but every severity is `continuous` and stops only for the client; leave one out",
                )
