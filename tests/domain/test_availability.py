"""Availability is exact: checked against a count of every single minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.availability import Outage, availability, percent
from domain.terms.provider import AvailabilityTerms
from domain.words import Fault

AT = datetime(2031, 3, 20, tzinfo=UTC)
MINUTES = 240
TERMS = AvailabilityTerms(
    at_least=Decimal("99.5"), over=MINUTES * 60, over_words="4 h",
    not_counting=(Fault.client, Fault.internet, Fault.maintenance),
)  # fmt: skip

minute = st.integers(-60, MINUTES)
spans = st.tuples(minute, st.integers(1, 120)).map(lambda one: (one[0], one[0] + one[1]))


def at(number: int) -> datetime:
    return AT - timedelta(minutes=MINUTES - number)


@given(st.lists(st.tuples(spans, st.sampled_from(Fault), st.booleans()), max_size=6), st.lists(spans, max_size=3))
def test_it_is_what_counting_every_minute_gives(
    drawn: list[tuple[tuple[int, int], Fault, bool]], planned: list[tuple[int, int]]
) -> None:
    outages = [
        Outage(ticket=f"T{number}", organisation="acme", down_since=at(start), up_at=None if lasts else at(end),
               fault=fault)
        for number, ((start, end), fault, lasts) in enumerate(drawn)
    ]  # fmt: skip
    found = availability(TERMS, AT, outages, [(at(start), at(end)) for start, end in planned])
    left_out, down = set(), set()
    for start, end in planned:
        left_out |= {*range(start, end)}
    for (start, end), fault, lasts in drawn:
        minutes = {*range(start, MINUTES if lasts else end)}
        if fault in (Fault.client, Fault.internet):
            left_out |= minutes
        else:
            down |= minutes
    left_out &= {*range(MINUTES)}
    down = (down & {*range(MINUTES)}) - left_out
    whole = MINUTES - len(left_out)
    assert (found.left_out, found.down) == (len(left_out) * 60, len(down) * 60)
    share = Fraction(whole - len(down), whole) if whole else None
    assert found.percent == (None if share is None else percent(share))
    assert found.met is (share is None or share >= Fraction(995, 1000))


def test_a_share_is_never_rounded_up_to_the_promise() -> None:
    assert percent(Fraction(994_999_999, 1_000_000_000)) == "99.4999"
    assert percent(Fraction(199, 200)) == "99.5"
    assert (percent(Fraction(1)), percent(Fraction(0))) == ("100", "0")
