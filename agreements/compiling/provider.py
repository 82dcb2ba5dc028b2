"""What is promised of the provider's own services, compiled: read when it is asked for, not carried by tickets."""

from __future__ import annotations

from agreements.schema import AgreementFile
from agreements.schema.provider import seconds
from domain.terms.provider import AvailabilityTerms, MaintenanceTerms, ProviderTerms, WatchingTerms


def provider_terms(agreement: AgreementFile) -> ProviderTerms:
    """What the agreement says of the services."""
    return ProviderTerms(
        languages=agreement.languages,
        availability=_availability(agreement),
        maintenance=_maintenance(agreement),
        watching=_watching(agreement),
    )


def _availability(agreement: AgreementFile) -> AvailabilityTerms | None:
    rule = agreement.availability
    if rule is None:
        return None
    return AvailabilityTerms(
        at_least=rule.at_least,
        over=seconds(rule.over),
        over_words=rule.over,
        zone=agreement.zone,
        not_counting=rule.not_counting,
        clause=rule.clause,
        assumed=rule.reason,
    )


def _maintenance(agreement: AgreementFile) -> MaintenanceTerms | None:
    rule = agreement.maintenance
    if rule is None:
        return None
    return MaintenanceTerms(
        at_most=seconds(rule.at_most),
        at_most_words=rule.at_most,
        zone=agreement.zone,
        unannounced=rule.unannounced,
        clause=rule.clause,
        assumed=rule.reason,
    )


def _watching(agreement: AgreementFile) -> WatchingTerms | None:
    rule = agreement.monitoring
    if rule is None:
        return None
    return WatchingTerms(severity=rule.severity, clause=rule.clause, assumed=rule.reason)
