"""Why a clock may stand still, and what in the agreement says so."""

from __future__ import annotations

from collections.abc import Iterable

from domain.terms import Terms
from domain.words import ClockKind


def source(terms: Terms, why: str, kind: ClockKind) -> tuple[str, ...]:
    """The clauses under which a clock of that kind stands still for this reason; empty where the document has none.

    A clock does not remember at which level it stopped: every level that stops it is named.
    """
    if why == "waiting":
        return terms.waiting_clause
    if why == "consent":
        return terms.consent.clause
    if why == "defect":
        return terms.defects.clause
    if why == "level":
        return _once(level.pauses_clause for level in terms.levels.values() if kind in level.pauses)
    if why == "intake":
        return _once(item.clause for item in terms.intake.values() if kind in item.holds)
    return ()


def _once(clauses: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for some in clauses for clause in some))
