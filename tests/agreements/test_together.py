"""Two parts of a file that cannot both be kept: refused at the place of one, with what is allowed there."""

from __future__ import annotations

import pytest

from agreements import parse
from tests.agreements.samples import SMALL, refused

KIND = "title: {en: K, fr: K}, clause: B-1"
REQUESTS = f"requests: {{help: {{{KIND}, cover: included}}, sale: {{{KIND}, cover: not handled}}}}\n"
QUOTES = "quotes: {first: true, valid: {within: 30 days, clause: B-2}, clause: B-2}\n"
PROGRAMME = (
    "programmes: {gold: {title: {en: G, fr: G}, clause: B-3, extended: {severities: [high], instead_of: office, "
    'hours: {mon-sun: "00:00-24:00"}, language: fr, clause: B-3}}}\n'
)
REGION = (
    "regions: {west: {title: {en: W, fr: W}, zone: Europe/Paris, languages: [en, de], clause: B-4, "
    'calendars: {office: {hours: {mon: "09:00-10:00"}, clause: B-4}}}}\n'
)
INTAKE = f"intake: {{text: {{{KIND}, kind: description}}, more: {{{KIND}}}}}\n"
LADDER = "  - {at: 80 %, of: resolution, tell: team, assumed: true}\n"
RUNG = "  - {at: %s, of: resolution, tell: %s, severities: [high], assumed: true}\n"
CONSENT = "consent: {from: [client], silence: keep asking, refusal: resume, clause: A-7}"
WITH_SILENCE = (
    "consent: {from: [client], remind: {every: 2 business days, on: office}, "
    "silence: {close_after: 5 business days, on: office}, refusal: resume, clause: A-7}"
)
NEEDS = ("[acknowledgement], clause", "[acknowledgement], needs: [%s], clause")
PAUSED = (
    "  support: {title: {en: Support, fr: Support}, clause: A-5}",
    "  support: {title: {en: Support, fr: Support}, pauses: [resolution], clause: A-5}",
)
CONTINUOUS = "    title: {en: %s}\n    continuous: {clause: B-5}\n"

Change = tuple[str, str]
BROKEN: dict[str, tuple[str, list[Change], str, str]] = {
    "nothing that is treated": (
        REQUESTS, [("cover: included", "cover: not handled")], "requests", "cover at least one of them",
    ),
    "a contract for what is never treated": (
        REQUESTS, [("cover: not handled", "cover: not handled, needs_contract: gold")],
        "requests.sale.needs_contract", "change the cover",
    ),
    "a fact for what is never treated": (
        REQUESTS + INTAKE,
        [("cover: not handled", "cover: not handled, needs: [more]"), ("B-1}}\n", "B-1, kind: fact}}\n")],
        "requests.sale.needs", "change the cover",
    ),
    "excluded and covered": (
        REQUESTS + f"exclusions: {{help: {{{KIND}}}}}\n", [], "exclusions.help", "make that `not handled`",
    ),
    "a quote of work that is not billed": (QUOTES, [], "quotes.first", "`cover: billable`"),
    "a release installed by what is not handled": (
        REQUESTS + "defects: {installation: sale, clause: B-6}\n", [], "defects.installation", "allowed: help",
    ),
    "a release installed by a kind that is none": (
        REQUESTS + "defects: {installation: setup, clause: B-6}\n", [], "defects.installation", "allowed: help, sale",
    ),
    "longer hours than always": (
        PROGRAMME, [("instead_of: office", "instead_of: always")],
        "programmes.gold.extended.instead_of", "name a calendar of this agreement: office",
    ),
    "longer hours for what promises nothing on them": (
        PROGRAMME, [("severities: [high]", "severities: [high, low]")],
        "programmes.gold.extended.severities[1]", "low promises nothing on `office`",
    ),
    "longer hours in a language that nobody speaks": (
        PROGRAMME, [("language: fr", "language: nl")], "programmes.gold.extended.language", "allowed: en, fr",
    ),
    "no day at all in the longer hours": (
        PROGRAMME, [('{mon-sun: "00:00-24:00"}', "{}")], "programmes.gold.extended.hours", "must not be empty",
    ),
    "longer hours for no severity": (
        PROGRAMME, [("severities: [high]", "severities: []")],
        "programmes.gold.extended.severities", "must not be empty",
    ),
    "a place in the queue before the first": (
        PROGRAMME, [("clause: B-3, extended", "queue: -1, clause: B-3, extended")],
        "programmes.gold.queue", "greater than or equal to 0",
    ),
    "a region with a calendar of its own name": (
        REGION, [("{office: {hours", "{ofice: {hours")], "regions.west.calendars.ofice", "did you mean office?",
    ),
    "a region that closes what is always open": (
        REGION, [("{office: {hours", "{always: {hours")], "regions.west.calendars.always", "cannot close it",
    ),
    "a language twice in a region": (REGION, [("[en, de]", "[en, en]")], "regions.west.languages", "keep each once"),
    "a language twice": ("", [("languages: [en, fr]", "languages: [en, fr, en]")], "languages", "keep each once"),
    "a language that is none": ("", [("languages: [en, fr]", "languages: [en, French]")], "languages[1]", "two-letter"),
    "a language that is served and not spoken": (
        "served: {languages: {only: [en, de], clause: B-7}}\n", [],
        "served.languages.only[1]", "spoken nowhere, so nobody could answer; allowed: en, fr",
    ),
    "nobody who is served": ("served: {contacts: {roles: [], clause: B-7}}\n", [], "served.contacts.roles", "not be empty"),  # noqa: E501
    "no stage of a version that is served": (
        "served: {versions: {stages: [], clause: B-7}}\n", [], "served.versions.stages", "must not be empty",
    ),
    "a stage that is none": (
        "served: {versions: {stages: [gold], clause: B-7}}\n", [], "served.versions.stages[0]", "allowed: ",
    ),
    "an end of life that is neither": (
        "served: {versions: {end_of_life: maybe, clause: B-7}}\n", [],
        "served.versions.end_of_life", "allowed: served, not served",
    ),
    "projects at a level that is none": (
        "served: {before_acceptance: {level: rnd, clause: B-7}}\n", [],
        "served.before_acceptance.level", "allowed: support",
    ),
    "projects in a group that is none": (
        "served: {before_acceptance: {level: support, group: projects, clause: B-7}}\n", [],
        "served.before_acceptance.group", "none is declared",
    ),
    "a cover without a source": ("served: {registered: {}}\n", [], "served.registered", "cites nothing"),
    "an impact to set where there is none": (
        "", [(NEEDS[0], NEEDS[1] % "impact")], "first_response.needs[0]", "add `impacts` to the severities",
    ),
    "a kind to set where there is none": (
        "", [(NEEDS[0], NEEDS[1] % "kind")], "first_response.needs[0]", "add `requests`",
    ),
    "an impact asked for where there is none": (
        INTAKE, [("kind: description", "kind: impact")], "intake.text.kind", "add `impacts`",
    ),
    "the same of a ticket asked for twice": (
        INTAKE, [("B-1}}\n", "B-1, kind: description}}\n")], "intake.more.kind", "by `text` already",
    ),
    "a kind of item that is none": (INTAKE, [("kind: description", "kind: picture")], "intake.text.kind", "allowed: text"),  # noqa: E501
    "an item of a kind of request that is none": (
        INTAKE, [("kind: description", "kind: description, requests: [help]")], "intake.text.requests", "is declared",
    ),
    "a ladder out of order": ("", [(LADDER, LADDER + RUNG % ("60 %", "lead"))], "ladder[1].at", "as they come"),
    "a ladder that goes down": (
        "", [(LADDER, LADDER + RUNG % ("90 %", "lead") + RUNG % ("95 %", "team"))],
        "ladder[2].tell", "allowed from there on: lead, manager",
    ),
    "a gap in the ladder": (
        "", [(LADDER, LADDER + RUNG % ("90 %", "manager"))], "ladder[1].tell", "tell the lead in between",
    ),
    "a reminder of somebody who is not asked": (
        "", [(CONSENT, WITH_SILENCE.replace("[client]", "[provider]"))], "consent.remind", "or add client",
    ),
    "silence of somebody who is not asked": (
        "", [(CONSENT, WITH_SILENCE.replace("[client]", "[provider]"))], "consent.silence", "or add client",
    ),
    "a reminder after the end": (
        "", [(CONSENT, WITH_SILENCE.replace("2 business days", "5 business days"))],
        "consent.remind.every", "is not before silence closes the ticket",
    ),
    "a refusal that is none": ("", [("refusal: resume", "refusal: argue")], "consent.refusal", "as if never stopped"),
    "consent of a party that is none": ("", [("[client]", "[boss]")], "consent.from[0]", "allowed: client, provider"),
    "consent by nobody we know": (
        "", [("from: [client]", "from: [client], by: friends")], "consent.by", "allowed: anybody, representatives",
    ),
    "a level that stops what never stops": (
        "",
        [PAUSED, ("    title: {en: High, fr: Haute}\n", CONTINUOUS % "High, fr: Haute"),
         ("    title: {en: Low, fr: Basse}\n", CONTINUOUS % "Low, fr: Basse")],
        "levels.support.pauses", "every severity is `continuous`",
    ),
    "a level that stops its own clock": (
        "", [(PAUSED[0], PAUSED[1].replace("[resolution]", "[internal]").replace("pauses", "internal: {within: 2 h, clause: A-5}, pauses"))],  # noqa: E501
        "levels.support.pauses", "stops its own `internal` clock",
    ),
    "a tracked kind that is none of the kinds": (
        "", [("{kinds: [fix], clause", "{kinds: [fix], tracked: [action_plan], clause")],
        "resolution.tracked", "allowed: fix",
    ),
    "a resolution of no kind": ("", [("{kinds: [fix]", "{kinds: []")], "resolution.kinds", "must not be empty"),
    "an update kept by nothing": ("", [("[status_update]", "[]")], "updates.kept_by", "must not be empty"),
    "a triage that says neither": ("triage: {provisional: maybe, clause: B-8}\n", [], "triage.provisional", "true or false"),  # noqa: E501
    "a root cause that is none": (
        "root_cause: {with_defect: [magic], clause: B-9}\n", [], "root_cause.with_defect[0]", "allowed: bug, configuration",  # noqa: E501
    ),
    "a workaround for a severity that is none": (
        "defects: {workaround: [hihg], clause: B-9}\n", [], "defects.workaround[0]", "did you mean high?",
    ),
    "a defect that stops consent": (
        "defects: {pauses: [consent], clause: B-9}\n", [], "defects.pauses[0]", "response, update, resolution, internal",  # noqa: E501
    ),
    "a report to nobody": ("report: {sent: never, clause: B-9}\n", [], "report.sent", "allowed: with the resolution"),
    "a quote without end": (
        QUOTES, [("first: true, valid: {within: 30 days", "first: false, valid: {within: best effort")],
        "quotes.valid.within", "is no interval",
    ),
    "an hour package of nothing": (
        "hours: {packages: {hours: [0], clause: B-9}, clause: B-9}\n", [],
        "hours.packages.hours[0]", "greater than or equal to 1",
    ),
    "hour packages that nobody counts": (
        "hours: {packages: {hours: [10], clause: B-9}, clause: B-9}\n", [], "hours.counted", "is missing",
    ),
    "more than all of the time": (
        "availability: {at_least: 100.5 %, over: 30 days, clause: B-9}\n", [],
        "availability.at_least", 'a percentage up to "100 %"',
    ),
    "availability without our own fault": (
        "availability: {at_least: 99 %, over: 30 days, not_counting: [provider], clause: B-9}\n", [],
        "availability.not_counting", "take `provider` out",
    ),
    "a fault that is none": (
        "availability: {at_least: 99 %, over: 30 days, not_counting: [moon], clause: B-9}\n", [],
        "availability.not_counting[0]", "allowed: provider, client, internet, maintenance",
    ),
    "maintenance of no time": (
        "maintenance: {at_most: 0 h, per: month, announce: email, clause: B-9}\n", [],
        "maintenance.at_most", "more than zero",
    ),
    "maintenance as long as it takes": (
        "maintenance: {at_most: best effort, per: month, announce: email, clause: B-9}\n", [],
        "maintenance.at_most", "write hours or days",
    ),
    "maintenance in another time": (
        "maintenance: {at_most: 3 h, per: week, announce: email, clause: B-9}\n", [], "maintenance.per", "allowed: month",  # noqa: E501
    ),
    "monitoring at a severity that is none": (
        "monitoring: {opens: service interruptions, severity: hi, clause: B-9}\n", [],
        "monitoring.severity", "allowed: high, low",
    ),
    "monitoring that opens something else": (
        "monitoring: {opens: windows, severity: high, clause: B-9}\n", [],
        "monitoring.opens", "allowed: service interruptions",
    ),
}  # fmt: skip


def broken(more: str, changes: list[Change]) -> str:
    """The small agreement with more in it, each passage replaced that must stand there once."""
    text = SMALL + more
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} must stand in the sample once"
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("more", [REQUESTS, PROGRAMME, REGION, INTAKE, QUOTES.replace("true", "false")])
def test_each_part_is_right_as_it_stands(more: str) -> None:
    assert parse(SMALL + more, name="small")


def test_silence_and_reminders_are_right_as_they_stand() -> None:
    assert parse(SMALL.replace(CONSENT, WITH_SILENCE), name="small")


@pytest.mark.parametrize(("more", "changes", "path", "says"), BROKEN.values(), ids=list(BROKEN))
def test_it_is_refused_with_its_place_and_what_is_allowed(
    more: str, changes: list[Change], path: str, says: str
) -> None:
    text = broken(more, changes)
    problems = refused(text)
    found = [problem for problem in problems if problem.path == path]
    assert found, problems
    assert says in found[0].message
    key = [part for part in path.replace("[", ".[").split(".") if not part.startswith("[")][-1]
    row = text.splitlines()[found[0].line - 1]
    assert key in row or "is missing" in found[0].message or path.endswith("]")


def test_sixty_files_and_more_are_broken_each_in_its_own_way() -> None:
    assert len({broken(more, changes) for more, changes, *_ in BROKEN.values()}) >= 60
