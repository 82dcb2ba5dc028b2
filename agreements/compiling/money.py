"""Hours and money, compiled: fields of the terms that the agreement speaks of."""

from __future__ import annotations

from typing import Any

from agreements.compiling.promises import target
from agreements.schema import AgreementFile
from agreements.schema.money import HoursRule, QuotesRule, Validity
from agreements.schema.parts import Cited
from domain.target import Target
from domain.terms import HoursTerms, QuoteTerms, ReportTerms


def compiled(agreement: AgreementFile) -> dict[str, Any]:
    """Fields of `Terms`; what the agreement does not speak of is left out."""
    found: dict[str, Any] = {}
    if agreement.hours is not None:
        found["hours"] = _hours(agreement.hours)
    if agreement.quotes is not None:
        found["quotes"] = _quotes(agreement.quotes)
    if agreement.report is not None:
        found["report"] = ReportTerms(clause=agreement.report.clause)
    return found


def calendars(agreement: AgreementFile) -> list[Target]:
    """The targets of this subject, for the calendars that they are counted on."""
    return [_target(rule.valid) for rule in (agreement.hours, agreement.quotes) if rule is not None]


def _hours(rule: HoursRule) -> HoursTerms:
    parts: tuple[Cited, ...] = (rule, rule.packages, rule.valid, rule.counted, rule.works, rule.warned)
    return HoursTerms(
        sizes=rule.packages.hours,
        validity=_target(rule.valid),
        step=rule.counted.step,
        warn_at=rule.warned.share,
        kinds=rule.works.kinds,
        clause=tuple(dict.fromkeys(clause for part in parts for clause in part.clause)),
    )


def _quotes(rule: QuotesRule) -> QuoteTerms:
    return QuoteTerms(first=rule.first, valid=_target(rule.valid), clause=rule.clause)


def _target(rule: Validity) -> Target:
    return target(rule, rule.within, rule.on, rule.delivered)
