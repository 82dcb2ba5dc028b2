"""What is covered, compiled: fields of the terms that the agreement speaks of."""

from __future__ import annotations

from typing import Any

from agreements.schema import AgreementFile
from agreements.schema.scope import ExclusionRule, IntakeRule, RequestRule
from agreements.schema.serving import ServedRules
from domain.target import parse
from domain.terms import Exclusion, IntakeItem, RequestTerms, ServedTerms
from domain.words import ClockKind


def compiled(agreement: AgreementFile) -> dict[str, Any]:
    """Fields of `Terms`; what the agreement does not speak of is left out."""
    return {
        "requests": {name: _request(rule) for name, rule in agreement.requests.items()},
        "default_request": agreement.default_request.kind if agreement.default_request else None,
        "intake": {name: _item(rule) for name, rule in agreement.intake.items()},
        "exclusions": {name: _exclusion(rule) for name, rule in agreement.exclusions.items()},
        "served": _served(agreement.served),
    }


def _request(rule: RequestRule) -> RequestTerms:
    work = parse(rule.at_most).amount if rule.at_most else None
    return RequestTerms(
        title=rule.title,
        level=rule.level,
        group=rule.group,
        cover=rule.cover,
        needs_cover=rule.needs_contract,
        needs=rule.needs,
        cap=work // 60 if work else None,
        over=rule.over.level if rule.over else None,
        over_group=rule.over.group if rule.over else None,
        way=rule.way or {},
        clause=rule.clause,
    )


def _item(rule: IntakeRule) -> IntakeItem:
    return IntakeItem(
        title=rule.title,
        kind=rule.kind,
        requests=rule.requests,
        severities=rule.severities,
        holds=tuple(ClockKind(clock) for clock in rule.holds),
        before_work=rule.before_work,
        refuses=rule.refuses,
        standing=rule.standing,
        way=rule.way or {},
        clause=rule.clause,
    )


def _exclusion(rule: ExclusionRule) -> Exclusion:
    return Exclusion(title=rule.title, way=rule.way or {}, clause=rule.clause)


def _served(rules: ServedRules) -> ServedTerms:
    fields: dict[str, Any] = {}
    if contract := rules.contract:
        fields |= {
            "covers": contract.covers,
            "contract_clause": contract.clause,
            "contract_way": contract.way or {},
        }
    if who := rules.contacts:
        named = who.where == "named"
        fields |= {"contacts": who.roles, "where_named": named, "contacts_clause": who.clause}
    if versions := rules.versions:
        fields |= {
            "versions": versions.recent,
            "stages": versions.stages,
            "end_of_life": versions.end_of_life == "served",
            "versions_clause": versions.clause,
            "versions_way": versions.way or {},
        }
    if rules.registered:
        fields |= {"registered": True, "registered_clause": rules.registered.clause}
    if rules.languages:
        fields |= {"languages": rules.languages.only, "languages_clause": rules.languages.clause}
    if before := rules.before_acceptance:
        fields |= {"before_acceptance": before.level, "before_acceptance_group": before.group}
    return ServedTerms(**fields)
