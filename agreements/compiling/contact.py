"""How client and support keep in touch, compiled: fields of the terms that the agreement speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agreements.compiling.promises import target
from agreements.schema import AgreementFile
from agreements.schema.contact import Calls
from domain.terms import CallTerms, ContactTerms
from domain.words import Channel


def compiled(agreement: AgreementFile) -> dict[str, Any]:
    """Fields of `Terms`; what the agreement does not speak of is left out."""
    first, updates, rules = agreement.first_response, agreement.updates, agreement.contact
    preferred, ways = rules.preferred, rules.updates
    return {
        "contact": ContactTerms(
            before_response=first.needs if first else (),
            interval_agreed=updates is not None and updates.agreed == "allowed",
            preferred=_channels(preferred.channels) if preferred else {},
            preferred_clause=preferred.clause if preferred else (),
            updates_by=ways.by if ways else (),
            updates_also=_channels(ways.also) if ways else {},
            calls=_calls(ways.calls) if ways and ways.calls else None,
            continuous=tuple(name for name, severity in agreement.severities.items() if severity.continuous),
            stays=rules.stays.level if rules.stays else None,
            on_demand=rules.on_demand.tell if rules.on_demand else "manager",
        )
    }


def _calls(rule: Calls) -> CallTerms:
    return CallTerms(
        severities=rule.severities,
        retry=target(rule, rule.retry, None),
        tell=rule.tell,
        clause=rule.clause,
        assumed=rule.reason,
    )


def _channels(by_severity: Mapping[str, Iterable[str]]) -> dict[str, tuple[Channel, ...]]:
    return {severity: tuple(Channel(name) for name in names) for severity, names in by_severity.items()}
