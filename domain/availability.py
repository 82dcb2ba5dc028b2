"""Availability of a service over a rolling time, exactly (TF-14). Pure: intervals in, fractions out.

    availability = (period - left out - down) / (period - left out)

*Left out* is what the agreement does not count: outages by the fault of others, and planned maintenance within its
limit. It is taken out of both sides, so that it neither helps nor harms. *Down* is every other outage, time that
several of them share counted once. An outage that is attributed to maintenance is left out only inside a planned
window; whatever lasts longer counts, as does a window beyond the limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from domain.base import Instant, Model
from domain.terms.provider import AvailabilityTerms
from domain.words import Fault

Span = tuple[datetime, datetime]
"""From the first instant until before the second."""


class Outage(Model):
    """A service interruption; it is the ticket of that number. `up_at` absent while it lasts."""

    ticket: str
    organisation: str
    down_since: Instant
    up_at: Instant | None = None
    fault: Fault = Fault.provider


class Counted(Model):
    """What of an outage lies in the period, and what of that counts as down; in seconds."""

    outage: Outage
    within: float
    counts: float


class Availability(Model):
    """`left_out`, `down` and `period` in seconds. `share` None: the whole period is left out, nothing was promised."""

    begins_at: Instant
    ends_at: Instant
    period: float
    left_out: float
    down: float
    percent: str | None
    met: bool
    outages: tuple[Counted, ...]


def availability(
    terms: AvailabilityTerms, at: datetime, outages: Iterable[Outage], planned: Iterable[Span]
) -> Availability:
    """How available the service was up to `at`; `planned` are the maintenance windows within their limit."""
    period = (at - timedelta(seconds=terms.over), at)
    begun = [outage for outage in outages if _cut([_span(outage, at)], period)]
    windows = list(planned) if Fault.maintenance in terms.not_counting else []
    others = [fault for fault in terms.not_counting if fault is not Fault.maintenance]
    left_out = merged(_cut([*windows, *(_span(one, at) for one in begun if one.fault in others)], period))
    ours = [one for one in begun if one.fault not in others]
    down = without(merged(_cut((_span(one, at) for one in ours), period)), left_out)
    whole = length([period]) - length(left_out)
    share = 1 - Fraction(length(down), whole) if whole else None
    return Availability(
        begins_at=period[0],
        ends_at=at,
        period=length([period]) / 10**6,
        left_out=length(left_out) / 10**6,
        down=length(down) / 10**6,
        percent=None if share is None else percent(share),
        met=share is None or share * 100 >= Fraction(terms.at_least),
        outages=tuple(_counted(one, at, period, left_out, others) for one in sorted(begun, key=_began)),
    )


def percent(share: Fraction) -> str:
    """A share in percent with at most four decimals, never rounded up: what is missed must not look kept."""
    exact = share * 100
    tenthousandths = exact.numerator * 10_000 // exact.denominator
    text = (Decimal(tenthousandths) / 10_000).quantize(Decimal("0.0001"), rounding=ROUND_FLOOR)
    return f"{text:f}".rstrip("0").rstrip(".")


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither touch nor overlap, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """The time of `spans` that is not in `taken`; both as `merged` makes them."""
    left: list[Span] = []
    for start, end in spans:
        for begin, finish in taken:
            if finish <= start or begin >= end:
                continue
            if begin > start:
                left.append((start, begin))
            start = max(start, finish)
        if start < end:
            left.append((start, end))
    return left


def length(spans: Iterable[Span]) -> int:
    """Real time in microseconds, exactly."""
    return sum((end - start) // timedelta(microseconds=1) for start, end in spans)


def _span(outage: Outage, at: datetime) -> Span:
    return outage.down_since, at if outage.up_at is None else min(outage.up_at, at)


def _cut(spans: Iterable[Span], period: Span) -> list[Span]:
    """What of the spans lies in the period."""
    cut = ((max(start, period[0]), min(end, period[1])) for start, end in spans)
    return [(start, end) for start, end in cut if start < end]


def _counted(outage: Outage, at: datetime, period: Span, left_out: list[Span], others: Sequence[Fault]) -> Counted:
    within = _cut([_span(outage, at)], period)
    counts = [] if outage.fault in others else without(within, left_out)
    return Counted(outage=outage, within=length(within) / 10**6, counts=length(counts) / 10**6)


def _began(outage: Outage) -> tuple[datetime, str]:
    return outage.down_since, outage.ticket
