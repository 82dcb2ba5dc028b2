"""An agreement as tables for people: what is promised, on which hours, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agreements import AgreementFile, hours, revision
from agreements.feasts import named
from agreements.schema.life import FirstResponse, Resolution, Updates
from agreements.schema.parts import Cited
from agreements.schema.promises import CalendarRule, Promise, Update
from cli.agreement_choices import choices
from cli.agreement_parts import source, table, words

NEXT = 3
"""Closed days shown of each calendar."""


def page(agreement: AgreementFile, language: str, today: date) -> RenderableType:
    """Everything an agreement says, for a terminal of 100 columns or more."""
    parts: list[RenderableType] = [_head(agreement, language), _severities(agreement, language)]
    parts += [_calendars(agreement, language, today), *choices(agreement, language), _levels(agreement, language)]
    if agreement.ladder:
        parts.append(_ladder(agreement))
    parts.append(_life(agreement))
    return Group(*parts)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 problem`, `2 problems`, `no problems`."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def _head(agreement: AgreementFile, language: str) -> Text:
    return Text.assemble(
        (agreement.title[language], "bold"),
        f"\n{agreement.agreement}, revision {revision(agreement)}",
        (f"\n{agreement.publisher}: {agreement.document}", "dim"),
        (f"\nzone {agreement.zone}, written in {words(agreement.languages)}\n", "dim"),
    )


def _promise(promise: Promise | Update | None) -> Text:
    if promise is None:
        return Text("not promised", "dim")
    within = promise.every if isinstance(promise, Update) else promise.within
    lines = [Text(f"every {within}" if isinstance(promise, Update) else within, "bold")]
    if promise.on:
        lines[0].append(f" on {promise.on}", "not bold")
    if promise.delivered:
        lines.append(Text(f"delivered {promise.delivered}"))
    if isinstance(promise, Update) and promise.warn:
        lines.append(Text(f"warned {promise.warn} before"))
    for channel, other in getattr(promise, "by", {}).items():
        lines.append(Text(f"by {channel} {other}"))
    return Text("\n").join([*lines, source(promise)])


def _severities(agreement: AgreementFile, language: str) -> Table:
    shown = table("Severities", "severity", "response", "update", "resolution", lines=True)
    for name, rule in agreement.severities.items():
        default = "\ndefault" if name == agreement.default_severity.severity else ""
        title = Text.assemble((name, "bold"), f"\n{rule.title[language]}", (default, "dim"))
        for impact in rule.impacts.values():
            title.append(f"\n- {impact[language]}")
        title.append("\n").append_text(source(rule))
        shown.add_row(title, *(_promise(clock) for clock in (rule.response, rule.update, rule.resolution)))
    return shown


def _calendars(agreement: AgreementFile, language: str, today: date) -> Table:
    shown = table("Calendars", "calendar", "hours", "closed next", "source")
    for name, rule in agreement.calendars.items():
        opening = "\n".join(f"{days} {spans}" for days, spans in rule.hours.items())
        title = Text.assemble((name, "bold"), f"\n{rule.zone or agreement.zone}", (_holidays_of(rule), "dim"))
        shown.add_row(title, opening, _closed_next(rule, language, today), source(rule))
    return shown


def _holidays_of(rule: CalendarRule) -> str:
    if rule.holidays is None:
        return "\nno public holidays"
    return f"\nholidays {'-'.join(part for part in (rule.holidays.country, rule.holidays.region) if part)}"


def _closed_next(rule: CalendarRule, language: str, today: date) -> str:
    week = hours.week(rule.hours)
    days = dict.fromkeys(rule.closed, "closed")
    if rule.holidays:
        days |= dict(named(rule.holidays.country, rule.holidays.region, today.year, today.year + 1, language))
    days = {day: name for day, name in days.items() if hours.DAYS[day.weekday()] in week} | rule.dates
    coming = sorted((day, name) for day, name in days.items() if day >= today)[:NEXT]
    return "\n".join(f"{day:%a %Y-%m-%d} {name}" for day, name in coming) or "no day is known"


def _levels(agreement: AgreementFile, language: str) -> Table:
    shown = table("Levels", "level", "internal time", "clocks that stop", "source")
    for level, rule in agreement.levels.items():
        internal = _promise(rule.internal) if rule.internal else Text("none", "dim")
        title = Text.assemble((level.value, "bold"), f"\n{rule.title[language]}")
        for name, group in rule.groups.items():
            title.append(f"\n- {group[language]} ({name})")
        shown.add_row(title, internal, words(rule.pauses.clocks if rule.pauses else ()), source(rule))
    return shown


def _ladder(agreement: AgreementFile) -> Table:
    shown = table("Escalation by share of a target", "at", "of", "tell", "severities", "source")
    for step in sorted(agreement.ladder, key=lambda step: (step.of, step.share)):
        shown.add_row(f"{step.share} %", step.of, step.tell, words(step.severities) or "all", source(step))
    return shown


def _life(agreement: AgreementFile) -> Table:
    consent, reopening = agreement.consent, agreement.reopening
    rows: Sequence[tuple[str, str, Cited | None]] = (
        ("no severity named", agreement.default_severity.severity, agreement.default_severity),
        (
            "client's severity",
            _asked_for(agreement),
            agreement.triage,
        ),
        ("waiting for client", f"stops {words(agreement.waiting.pauses) or 'no clock'}", agreement.waiting),
        ("first response", _first_response(agreement.first_response), agreement.first_response)
        if agreement.first_response
        else ("first response", "not promised", None),
        ("update kept by", _updates(agreement.updates), agreement.updates)
        if agreement.updates
        else ("update kept by", "not promised", None),
        ("resolution", _resolution(agreement.resolution), agreement.resolution),
        ("consent", _consent(agreement), consent),
        ("reopening", f"within {reopening.within}; clocks {reopening.clocks}", reopening),
        *_services(agreement),
    )
    shown = table("A ticket's life", "step", "rule", "source")
    for step, rule, cited in rows:
        shown.add_row(Text(step, "bold"), rule, source(cited) if cited else "")
    return shown


def _resolution(rule: Resolution) -> str:
    return f"{words(rule.kinds)}; tracked until kept: {words(rule.tracked)}" if rule.tracked else words(rule.kinds)


def _services(agreement: AgreementFile) -> list[tuple[str, str, Cited]]:
    """What is promised of the publisher's own services, where it speaks of them."""
    rows: list[tuple[str, str, Cited]] = []
    up, maintenance, watched = agreement.availability, agreement.maintenance, agreement.monitoring
    if up is not None:
        rows.append(("availability", f"{up.at_least} % over {up.over}; not counting {words(up.not_counting)}", up))
    if maintenance is not None:
        lifted = f", but for {words(maintenance.unannounced)}" if maintenance.unannounced else ""
        told = f"at most {maintenance.at_most} a {maintenance.per}, announced by {maintenance.announce}{lifted}"
        rows.append(("maintenance", told, maintenance))
    if watched is not None:
        rows.append(("monitoring", f"opens {watched.opens}, {watched.severity} where nothing is said", watched))
    return rows


def _asked_for(agreement: AgreementFile) -> str:
    triage = agreement.triage
    counts = "counts until triage" if triage and triage.provisional else "stands until changed"
    return f"{counts}; changes need not be told" if triage and triage.announce == "optional" else counts


def _first_response(rule: FirstResponse) -> str:
    return f"{words(rule.counts)}; before it: {words(rule.needs)}" if rule.needs else words(rule.counts)


def _updates(rule: Updates) -> str:
    return f"{words(rule.kept_by)}; another interval can be agreed" if rule.agreed else words(rule.kept_by)


def _consent(agreement: AgreementFile) -> str:
    consent = agreement.consent
    by = ", by the named representatives" if consent.by == "representatives" else ""
    remind = f"asked again every {consent.remind.every}" if consent.remind else "asked once"
    silence = f"silence closes after {consent.silence.close_after}" if consent.silence else "silence is no consent"
    after = "from where they stopped" if consent.refusal == "resume" else consent.refusal
    return f"from {' and '.join(consent.of)}{by}; {remind}; {silence}; after a refusal clocks go on {after}"
