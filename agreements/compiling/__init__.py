"""From an agreement file to the terms that a ticket carries: targets parsed, public holidays expanded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from agreements import feasts, hours
from agreements.compiling import contact, cover, money, promises, rnd, scope
from agreements.reading import revision
from agreements.schema import AgreementFile
from agreements.schema.cover import ExtendedRule
from agreements.schema.promises import CalendarRule
from domain.calendar import WEEK, Calendar, Hours, always
from domain.target import ALWAYS, Target
from domain.terms import ConsentTerms, LadderStep, LevelTerms, ReopeningTerms, SeverityTerms, Terms
from domain.words import ClockKind, Contact


def compile_terms(
    agreement: AgreementFile,
    *,
    opened: date,
    years: int = 5,
    shift_years: int = 0,
    programme: str | None = None,
    region: str | None = None,
) -> Terms:
    """The terms of a ticket opened on that day; holidays from the year before it to `years` years after.

    `programme` and `region` are the contract's; without them the agreement's defaults hold. DomainError
    `unknown_programme` or `unknown_region` when the agreement does not offer them.

    `shift_years`, a multiple of 28, is for a recorded log that is replayed that much later: weekdays and
    clock changes are the same then, and the closed dates are those of the years it was recorded in, on the
    same month and day (the moving feasts too: Easter Monday 2010 stays where it was). ValueError for any
    other number.
    """
    if years < 0:
        raise ValueError("years must be 0 or more: holidays are needed up to the end of a ticket's life")
    choice = cover.choose(agreement, programme, region)
    zone = choice.region[1].zone if choice.region else agreement.zone
    severities = {name: promises.severity(rule) for name, rule in agreement.severities.items()}
    levels = {level: promises.level(rule) for level, rule in agreement.levels.items()}
    consent, reopening = promises.consent(agreement), agreement.reopening
    within = promises.target(reopening, reopening.within, reopening.on, reopening.delivered)
    used = set(_calendars_of([*severities.values(), *levels.values(), consent, within, *money.calendars(agreement)]))
    if choice.extended:
        used.add(choice.extended.instead_of)  # which language is spoken depends on its hours
    span = (opened.year - 1, opened.year + years)
    calendars = {
        name: _calendar(name, rule, zone, span, shift_years)
        for name, rule in cover.calendars(agreement, choice).items()
        if name in used
    }
    if choice.extended:
        local = calendars.get(choice.extended.instead_of) or always(zone)
        calendars[cover.EXTENDED] = _extended(choice.extended, local, span, shift_years)
    return Terms(
        agreement=agreement.agreement,
        revision=revision(agreement),
        zone=zone,
        calendars={**calendars, ALWAYS: always(zone)},
        severities=severities,
        default_severity=agreement.default_severity.severity,
        levels=levels,
        ladder=tuple(
            LadderStep(
                share=step.share,
                of=ClockKind(step.of),
                tell=step.tell,
                severities=step.severities,
                clause=step.clause,
                assumed=step.reason,
            )
            for step in agreement.ladder
        ),
        waiting_pauses=tuple(ClockKind(clock) for clock in agreement.waiting.pauses),
        waiting_clause=agreement.waiting.clause,
        first_response=agreement.first_response.counts if agreement.first_response else (Contact.acknowledgement,),
        update_kept_by=agreement.updates.kept_by if agreement.updates else (Contact.status_update,),
        resolutions=agreement.resolution.kinds,
        tracked=agreement.resolution.tracked,
        resolution_advice=agreement.resolution.advice or {},
        triage_provisional=agreement.triage is not None and agreement.triage.provisional,
        triage_silent=agreement.triage is not None and agreement.triage.announce == "optional",
        consent=consent,
        reopening=ReopeningTerms(within=within, clocks=reopening.clocks),
        texts_days=agreement.retention.days if agreement.retention else None,
        **scope.compiled(agreement),
        **{"languages": agreement.languages, **cover.compiled(agreement, choice, severities)},
        **contact.compiled(agreement),
        **money.compiled(agreement),
        **rnd.compiled(agreement),
    )


def _calendars_of(parts: list[SeverityTerms | LevelTerms | ConsentTerms | Target]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Target):
            yield part.on
            yield part.delivered or part.on
            continue
        held = [value for _, value in part if isinstance(value, Target)]
        by_channel = list(part.response_by.values()) if isinstance(part, SeverityTerms) else []
        yield from _calendars_of([*held, *by_channel])


def _calendar(name: str, rule: CalendarRule, zone: str, span: tuple[int, int], shift_years: int) -> Calendar:
    week = hours.week(rule.hours)
    own = {feasts.moved(day, shift_years): hours.spans(words) for day, words in rule.dates.items()}
    closed = {feasts.moved(day, shift_years) for day in rule.closed}
    if rule.holidays:
        closed |= set(feasts.dates(rule.holidays.country, rule.holidays.region, *span, shift_years))
    # Own hours win over a holiday. A day that is closed anyway would only make every payload longer.
    closed = {day for day in closed if hours.DAYS[day.weekday()] in week and day not in own}
    return Calendar(name=name, zone=rule.zone or zone, hours=week, closed=tuple(sorted(closed)), dates=own)


def _extended(rule: ExtendedRule, local: Calendar, span: tuple[int, int], shift_years: int) -> Calendar:
    """Where the extended cover rests the local hours hold: nobody has less for having subscribed to more."""
    week = hours.week(rule.hours)
    rests = [day for day in feasts.each(rule.suspended, *span, shift_years) if hours.DAYS[day.weekday()] in week]
    dates = {day: _on(local, day) for day in rests}
    return Calendar(
        name=cover.EXTENDED,
        zone=local.zone,
        hours=week,
        closed=tuple(day for day, spans in dates.items() if not spans),
        dates={day: spans for day, spans in dates.items() if spans},
    )


def _on(calendar: Calendar, day: date) -> Hours:
    usual = () if day in calendar.closed else calendar.hours.get(WEEK[day.weekday()], ())
    return calendar.dates.get(day, usual)
