"""Quiet hours delay what can wait until they end, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.messages import Recipient
from domain.messages.shape import Message
from domain.preferences import Preferences
from domain.quiet import DAYS, LONGEST, QuietHours, quiet_until
from domain.routing import routes
from domain.words import Way

CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
HOURS = st.builds(
    QuietHours,
    zone=st.sampled_from(["Europe/Paris", "UTC", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"]),
    since=CLOCK,
    until=CLOCK,
    days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # made aware


def paris(text: str) -> datetime:
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))


def message(**fields: object) -> Message:
    to = Recipient(kind="contact", id="anna")
    return Message(key="T:1:comment:a", sequence=1, to=to, template="comment", language="en", **fields)  # type: ignore[arg-type]  # of any test


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-03-02 18:59", "2026-03-02 18:59"),
        ("2026-03-02 19:00", "2026-03-03 07:00"),
        ("2026-03-03 06:59", "2026-03-03 07:00"),
        ("2026-03-03 07:00", "2026-03-03 07:00"),
        ("2026-03-28 23:00", "2026-03-29 07:00"),
    ],
)
def test_a_night_is_quiet_until_its_morning(at: str, until: str) -> None:
    night = QuietHours(zone="Europe/Paris", since="19:00", until="07:00")
    assert quiet_until([night], paris(at)) == paris(until)


def test_spans_that_follow_upon_one_another_are_one() -> None:
    weekend = [
        QuietHours(zone="Europe/Paris", since="18:00", until="00:00", days=("fri",)),
        QuietHours(zone="Europe/Paris", since="00:00", until="00:00", days=("sat", "sun")),
    ]
    assert quiet_until(weekend, paris("2026-03-06 20:00")) == paris("2026-03-09 00:00")


@given(st.lists(HOURS, max_size=4), INSTANTS)
def test_what_waits_goes_out_in_order_soon_and_when_nobody_wants_quiet(hours: list[QuietHours], now: datetime) -> None:
    at = quiet_until(hours, now)
    assert now <= at <= now + LONGEST
    assert at == now + LONGEST or quiet_until(hours, at) == at
    later = now + timedelta(minutes=7)
    assert quiet_until(hours, later) >= at or at == now


@given(st.lists(HOURS, max_size=4).map(tuple), INSTANTS)
def test_what_keeps_a_promise_is_never_delayed_nor_switched_off(hours: tuple[QuietHours, ...], now: datetime) -> None:
    wishes = Preferences.model_validate({"quiet": hours, "ways": {"conversation": []}})
    kept = next(iter(routes(message(demanded=("mail",)), wishes, (), now)))
    assert (kept.way, kept.at, kept.muted) == (Way.mail, now, False)
    other = next(iter(routes(message(can_wait=True), wishes, (), now)))
    assert (other.at, other.muted) == (quiet_until(hours, now), True)


@pytest.mark.parametrize("wrong", [{"zone": "Paris"}, {"since": "24:00"}, {"days": ()}, {"until": "7"}])
def test_hours_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QuietHours.model_validate({"zone": "UTC", "since": "19:00", "until": "07:00", **wrong})
