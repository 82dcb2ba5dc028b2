"""A file that cannot be used is refused with its place and what is allowed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from agreements import AgreementError, load, parse
from tests.agreements.samples import SMALL, changed, refused

HOURS = """hours:
  packages: {hours: [10, 20], assumed: true}
  valid: {within: 365 days, assumed: true}
  counted: {by: 15 min, assumed: true}
  works: {on: [work], assumed: true}
  warned: {at: 80 %, assumed: true}
  assumed: true"""
BROKEN = {
    "an unknown key": ("clocks: continue", "clock: continue", "reopening.clock", "did you mean clocks?"),
    "an unknown key at the top": ("waiting:", "wating:", "wating", "did you mean waiting?"),
    "an unknown calendar": (
        "4 h, on: office",
        "4 h, on: ofice",
        "severities.high.response.on",
        "allowed: office, always",
    ),
    "a target nobody can read": ("4 h", "4 hrs", "severities.high.response.within", '"2 business days"'),
    "business days of no calendar": (
        "2 business days, on: office",
        "2 business days",
        "severities.high.resolution.within",
        "needs `on:`",
    ),
    "a target of nothing": ("4 h", "0 h", "severities.high.response.within", "more than zero"),
    "an impact that proposes two severities": (
        "resolution: {within: next release, clause: A-4}",
        "impacts: {down: {en: Down, fr: Arrêt}}\n  none: {title: {en: N, fr: N}, assumed: true, "
        "impacts: {down: {en: D, fr: A}}}",
        "severities.none.impacts.down",
        "stands under low already",
    ),
    "something nobody can set before the first response": (
        "{counts: [acknowledgement], clause: A-2}",
        "{counts: [acknowledgement], needs: [adviser], clause: A-2}",
        "first_response.needs[0]",
        "allowed: assignee, kind, severity, impact",
    ),
    "a size of packages twice": (
        "agreement: small",
        "agreement: small\n" + HOURS.replace("[10, 20]", "[10, 10]"),
        "hours.packages.hours",
        "names a size twice",
    ),
    "a part of an hour that divides none": (
        "agreement: small",
        "agreement: small\n" + HOURS.replace("15 min", "25 min"),
        "hours.counted.by",
        '"15 min"',
    ),
    "a share of a package beyond it": (
        "agreement: small",
        "agreement: small\n" + HOURS.replace("80 %", "120 %"),
        "hours.warned.at",
        "is no share of a package",
    ),
    "packages that are valid at best effort": (
        "agreement: small",
        "agreement: small\n" + HOURS.replace("365 days", "best effort"),
        "hours.valid.within",
        "is no interval",
    ),
    "a report at a time that nobody knows": (
        "agreement: small",
        "agreement: small\nreport: {sent: some day, assumed: true}",
        "report.sent",
        "allowed: with the resolution",
    ),
    "deducted work without packages": (
        "agreement: small",
        "agreement: small\nrequests: {help: {title: {en: Help, fr: Aide}, cover: deducted, assumed: true}}\n"
        "default_request: {is: help, assumed: true}",
        "hours",
        "is missing: help are deducted",
    ),
    "a word for agreed intervals that is none": (
        "kept_by: [status_update]",
        "kept_by: [status_update], agreed: true",
        "updates.agreed",
        "allowed: allowed",
    ),
    "a clock that a level cannot stop": (
        "{title: {en: Support, fr: Support}, clause: A-5}",
        "{title: {en: Support, fr: Support}, clause: A-5, pauses: {clocks: [consent], clause: A-6}}",
        "levels.support.pauses.clocks[0]",
        "allowed: response, update, resolution, internal",
    ),
    "the same in a plain list": (
        "{title: {en: Support, fr: Support}, clause: A-5}",
        "{title: {en: Support, fr: Support}, clause: A-5, pauses: [consent]}",
        "levels.support.pauses[0]",
        "allowed: response, update, resolution, internal",
    ),
    "a range that falls": ("30 days", "9 to 3 days", "reopening.within", "a range must rise"),
    "a deadline that is none, on a calendar": (
        "next release",
        "next release, on: office",
        "severities.low.resolution.within",
        "leave `on` and `delivered` out",
    ),
    "an interval without end": (
        "1 business day",
        "best effort",
        "severities.high.update.every",
        "write one length of time",
    ),
    "a warning after the fact": ("30 min", "24 h", "severities.high.update.warn", "write less"),
    "a warning in days": ("30 min", "1 business day", "severities.high.update.warn", "write minutes or hours"),
    "a calendar that is never open": ('{mon-fri: "09:00-18:00"}', "{}", "calendars.office.hours", "never open"),
    "a day that is none": ("mon-fri", "mon-fry", "calendars.office.hours.mon-fry", "mon, tue, wed"),
    "a day twice": (
        '{mon-fri: "09:00-18:00"}',
        '{mon-fri: "09:00-18:00", wed: "09:00-12:00"}',
        "calendars.office.hours.wed",
        "under `mon-fri`",
    ),
    "hours backwards": ("09:00-18:00", "18:00-09:00", "calendars.office.hours.mon-fri", "past midnight write two days"),
    "hours that overlap": (
        "09:00-18:00",
        "09:00-13:00, 12:00-18:00",
        "calendars.office.hours.mon-fri",
        "in order, apart",
    ),
    "an hour that does not exist": ("09:00-18:00", "09:00-18:60", "calendars.office.hours.mon-fri", "24:00"),
    "a country without known holidays": (
        "holidays: FR",
        "holidays: XX",
        "calendars.office.holidays.country",
        "two-letter",
    ),
    "a region without known holidays": (
        "holidays: FR",
        "holidays: {country: CH, region: BX}",
        "calendars.office.holidays.region",
        "allowed: AG, AI",
    ),
    "a date that does not exist": (
        "holidays: FR",
        "closed: [2026-02-29]",
        "calendars.office.closed[0]",
        "year-month-day, as in",
    ),
    "a date in another form": (
        "holidays: FR",
        "closed: [24.12.2026]",
        "calendars.office.closed[0]",
        "as in 2026-12-24",
    ),
    "a zone that does not exist": ("zone: Europe/Paris", "zone: Europe/Pari", "zone", "did you mean Europe/Paris"),
    "a calendar with the reserved name": (
        "  office:\n",
        "  always:\n",
        "calendars.always",
        "give this one another name",
    ),
    "an uncited rule": ("clause: A-6", "pauses: []", "waiting.pauses", "a second time"),
    "a rule without a source": (", clause: A-6", "", "waiting", "add `clause:`"),
    "an assumption of nothing": (
        "continue, assumed: true",
        "continue, assumed: false",
        "reopening.assumed",
        "`true` or the reason",
    ),
    "a language without a title": ("{en: High, fr: Haute}", "{en: High}", "severities.high.title", "no name in fr"),
    "a title in another language": (
        "{en: High, fr: Haute}",
        "{en: High, fr: Haute, de: Hoch}",
        "severities.high.title",
        "languages are en, fr",
    ),
    "a default severity nobody declared": ("is: low", "is: medium", "default_severity.is", "allowed: high, low"),
    "an unknown clock": ("[resolution]", "[resolutoin]", "waiting.pauses[0]", "did you mean resolution?"),
    "a ladder at nothing": ("80 %", "0 %", "ladder[0].at", '"80 %"'),
    "a ladder without a share": ("80 %", "late", "ladder[0].at", "write a percentage"),
    "the same step twice": (
        "tell: team, assumed: true}",
        "tell: team, assumed: true}\n  - {at: 80 %, of: resolution, tell: lead, assumed: true}",
        "ladder[1]",
        "is a step already",
    ),
    "a ladder on a clock nobody promises": ("of: resolution", "of: internal", "ladder[0].of", "no internal"),
    "a ladder on a severity that promises no deadline": (
        "tell: team",
        "tell: team, severities: [low]",
        "ladder[0].of",
        "allowed: high",
    ),
    "a ladder that tells nobody we know": ("tell: team", "tell: boss", "ladder[0].tell", "team, lead, manager"),
    "silence that says yes": ("keep asking", "yes", "consent.silence", "keep asking, or {close_after:"),
    "nobody to consent": ("[client]", "[]", "consent.from", "must not be empty"),
    "an unknown channel": (
        "4 h, on: office",
        "4 h, by: {fax: 2 h}, on: office",
        "severities.high.response.by.fax",
        "portal",
    ),
    "no first level": ("  support:", "  consulting:", "levels", "no `support`"),
    "a level we do not know": ("  support:", "  level3:", "levels.level3", "support, consulting, rnd"),
    "a response that nothing meets": (
        "first_response: {counts: [acknowledgement], clause: A-2}\n",
        "",
        "first_response",
        "`counts` says",
    ),
    "a file under another name": ("agreement: small", "agreement: other", "agreement", "rename the file to other.yaml"),
    "a name with blanks": ("  low:", "  very low:", "severities.very low", "small letters"),
    "text where a list belongs": ("[resolution]", "resolution", "waiting.pauses", "must be a list"),
    "a number where text belongs": ("publisher: A publisher", "publisher: 12", "publisher", "put it in quotes"),
    "a comma in bare text": (
        "continue, assumed: true",
        "continue, assumed: this, and that",
        "reopening.and that",
        "needs quotes",
    ),
    "the same key twice": ("publisher: A publisher", "publisher: A\npublisher: B", "publisher", "first is on line 3"),
    "an alias": ("publisher: A publisher", "publisher: &p A\n", "", "anchor or alias"),
    "a tag": ("publisher: A publisher", "publisher: !!python/name:os.system x", "publisher", "is not allowed"),
    "broken YAML": ("languages: [en, fr]", "languages: [en, fr", "", "not valid YAML"),
    "a second document": ("reopening:", "---\nreopening:", "", "one agreement per file"),
}


@pytest.mark.parametrize(("old", "new", "path", "says"), BROKEN.values(), ids=BROKEN)
def test_it_is_refused_with_its_place_and_what_is_allowed(old: str, new: str, path: str, says: str) -> None:
    text = changed(old, new)
    found = [problem for problem in refused(text) if problem.path == path]
    assert found, refused(text)
    assert says in " ".join(problem.message for problem in found)
    assert str(found[0]).startswith(f"small.yaml:{found[0].line}: ")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("4 h, on: office", "4 h, on: ofice", "    response:"),
        ("80 %", "0 %", "  - {at:"),
        ("2 business days, on: office, clause: A-4", "2 business days, on: office", "    resolution: {within: 2"),
        ("clocks: continue, ", "", "reopening:"),
    ],
    ids=["a value", "an item of a list", "a rule without a source", "a missing key"],
)
def test_the_line_is_that_of_the_key_or_of_the_part_that_lacks_it(old: str, new: str, line: str) -> None:
    text = changed(old, new)
    expected = next(number for number, row in enumerate(text.splitlines(), 1) if row.startswith(line))
    assert {problem.line for problem in refused(text)} == {expected}


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    text = SMALL.replace("4 h", "4 hrs").replace("is: low", "is: medium").replace("80 %", "0 %")
    text = text.replace(", clause: A-6", "")
    places = [problem.path for problem in refused(text)]
    assert places == ["severities.high.response.within", "default_severity.is", "ladder[0].at", "waiting"]


@pytest.mark.parametrize(
    "key", ["calendars", "severities", "default_severity", "levels", "waiting", "resolution", "consent", "reopening"]
)
def test_what_an_agreement_must_say_is_missed_by_its_name(key: str) -> None:
    rows = SMALL.splitlines(keepends=True)
    start = next(number for number, row in enumerate(rows) if row.startswith(f"{key}:"))
    end = next((n for n in range(start + 1, len(rows)) if not rows[n].startswith(" ")), len(rows))
    problems = refused("".join(rows[:start] + rows[end:]))
    assert any(problem.path == key and problem.message.startswith("is missing") for problem in problems)


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list\n", "12"])
def test_what_is_no_mapping_is_no_agreement(text: str) -> None:
    assert "must be a mapping" in refused(text)[0].message


LAUGHS = "a: &a [x]\n" + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in ("ab", "bc", "cd"))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000, "[" * 199_999, "a: " + "{b: " * 500 + "1" + "}" * 500, "x" * 300_000, LAUGHS, "<<: {a: 1}\n" * 2000,
        "- " * 90_000, "? " * 5000, "agreement: " + "9" * 5000, "a: !!binary aGk=", "a: \0", "'" * 100_001,
    ],
    ids=range(12),
)  # fmt: skip
def test_a_file_meant_to_hurt_is_refused_quickly(text: str) -> None:
    assert refused(text)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AgreementError, match="cannot be read"):
        load(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes("publisher: Société".encode("latin-1"))
    with pytest.raises(AgreementError, match="is not UTF-8"):
        load(tmp_path / "latin.yaml")


def test_words_that_yaml_would_turn_into_something_else_stay_words() -> None:
    text = changed("holidays: FR", "holidays: NO").replace("A publisher", "on").replace('"09:00-18:00"', "09:00-18:00")
    agreement = parse(text)
    assert agreement.publisher == "on"
    assert agreement.calendars["office"].holidays is not None
    assert agreement.calendars["office"].holidays.country == "NO"
    assert agreement.calendars["office"].hours == {"mon-fri": "09:00-18:00"}
