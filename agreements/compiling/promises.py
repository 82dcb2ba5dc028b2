"""What is promised, compiled: targets parsed, severities, levels and consent as the rules read them."""

from __future__ import annotations

from agreements.schema import AgreementFile
from agreements.schema.parts import Cited
from agreements.schema.promises import LevelRule, SeverityRule
from domain.target import Target, parse
from domain.terms import ConsentTerms, LevelTerms, SeverityTerms
from domain.words import ClockKind


def target(source: Cited, words: str, on: str | None, delivered: str | None = None) -> Target:
    return parse(words, on=on, delivered=delivered, clause=source.clause, assumed=source.reason)


def severity(rule: SeverityRule) -> SeverityTerms:
    response, update, resolution = rule.response, rule.update, rule.resolution
    # Names alone: a form is made from the file, and titles that no rule reads would travel with every ticket.
    terms = SeverityTerms(title=rule.title, impacts={impact: {} for impact in rule.impacts})
    if response:
        by = {
            channel: target(response, words, response.on, response.delivered) for channel, words in response.by.items()
        }
        promised = target(response, response.within, response.on, response.delivered)
        terms = terms.model_copy(update={"response": promised, "response_by": by})
    if update:
        promised = target(update, update.every, update.on, update.delivered)
        # An update that is sent in opening hours only: counted around the clock, the warning would come at
        # night and find nobody.
        warning = target(update, update.warn, update.on or update.delivered) if update.warn else None
        terms = terms.model_copy(update={"update": promised, "update_warning": warning})
    if resolution:
        promised = target(resolution, resolution.within, resolution.on, resolution.delivered)
        terms = terms.model_copy(update={"resolution": promised})
    return terms


def level(rule: LevelRule) -> LevelTerms:
    own = rule.internal
    return LevelTerms(
        title=rule.title,
        groups=rule.groups,
        internal=target(own, own.within, own.on, own.delivered) if own else None,
        pauses=tuple(ClockKind(clock) for clock in rule.pauses.clocks) if rule.pauses else (),
        pauses_clause=rule.pauses.clause if rule.pauses else (),
        billable=(rule.billable.why or {}) if rule.billable else {},
        billed=rule.billable is not None,
        forecast=rule.forecast == "told",
    )


def consent(agreement: AgreementFile) -> ConsentTerms:
    rule = agreement.consent
    return ConsentTerms(
        of=rule.of,
        remind=target(rule, rule.remind.every, rule.remind.on) if rule.remind else None,
        silence=target(rule, rule.silence.close_after, rule.silence.on) if rule.silence else None,
        representatives=rule.by == "representatives",
        refusal="resume" if rule.refusal == "resume" else "as_if_never_stopped",
        clause=rule.clause,
    )
