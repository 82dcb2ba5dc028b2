"""Defects and root causes, compiled: fields of the terms that the agreement speaks of."""

from __future__ import annotations

from typing import Any

from agreements.schema import AgreementFile
from domain.terms import DefectTerms, RootCauseTerms
from domain.words import ClockKind


def compiled(agreement: AgreementFile) -> dict[str, Any]:
    """Fields of `Terms`; what the agreement does not speak of is left out."""
    terms: dict[str, Any] = {}
    defects, cause = agreement.defects, agreement.root_cause
    if defects:
        terms["defects"] = DefectTerms(
            pauses=tuple(ClockKind(clock) for clock in defects.pauses),
            installation=defects.installation,
            workaround=defects.workaround,
            clause=defects.clause,
        )
    if cause:
        terms["root_cause"] = RootCauseTerms(with_defect=cause.with_defect, clause=cause.clause)
    return terms
