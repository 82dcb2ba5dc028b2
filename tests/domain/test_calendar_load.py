"""What a calendar accepts and refuses, and how a ticket carries it."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.calendar import Calendar, always

OFFICE: dict[str, Any] = {
    "name": "office",
    "zone": "Europe/Paris",
    "hours": {"mon": [["09:00", "12:30"], ["13:30", "17:00"]], "sat": [["10:00", "24:00"]]},
    "closed": ["2026-05-01", "2026-01-01"],
    "dates": {"2026-12-24": [["09:00", "12:00"]]},
}
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 09:00 in Paris


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zone": "Mars/Olympus"}, '"Mars/Olympus" is no known time zone'),
        ({"zone": "Europe"}, '"Europe" is no known time zone'),
        ({"zone": "../etc/passwd"}, "is no known time zone"),
        ({"hours": {"mo": [["09:00", "17:00"]]}}, "Input should be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'"),
        ({"hours": {"mon": [["9:00", "17:00"]]}}, 'calendar "office", mon: "9:00" is no time of day'),
        ({"hours": {"mon": [["09:00", "24:30"]]}}, '"24:30" is no time of day'),
        ({"hours": {"mon": [["09:00", "17:60"]]}}, '"17:60" is no time of day'),
        ({"hours": {"mon": [["22:00", "06:00"]]}}, 'a night is two spans: "22:00-24:00", and "00:00-06:00"'),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, '"09:00-09:00" must end after it starts'),
        ({"hours": {"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}}, 'mon: "12:00-17:00" overlaps'),
        (
            {"dates": {"2026-12-24": [["12:00", "09:00"]]}},
            'calendar "office", 2026-12-24: "12:00-09:00" must end',
        ),
        ({"closed": ["1 May"]}, "closed.0"),
        ({"hours": {}, "dates": {}}, 'calendar "office" is never open'),
        ({"hours": {"mon": []}, "dates": {"2026-12-24": []}}, 'calendar "office" is never open'),
        # the only hours there are fall into the hour that this clock change skips
        ({"hours": {}, "dates": {"2026-03-29": [["02:00", "03:00"]]}}, 'calendar "office" is never open'),
        ({"holidays": ["2026-05-01"]}, "Extra inputs are not permitted"),
    ],
)
def test_a_calendar_that_cannot_be_kept_is_refused_with_the_place_and_what_is_allowed(
    change: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError) as refusal:
        Calendar.model_validate(OFFICE | change)
    assert said in str(refusal.value)


def test_hours_on_one_date_alone_are_enough() -> None:
    calendar = Calendar.model_validate(OFFICE | {"hours": {}})
    assert calendar.next_open(MONDAY) == datetime(2026, 12, 24, 8, tzinfo=UTC)


def test_a_calendar_survives_json_unchanged_and_stays_small() -> None:
    calendar = Calendar.model_validate(OFFICE)
    text = calendar.model_dump_json()
    assert Calendar.model_validate_json(text) == calendar
    assert Calendar.model_validate_json(text).model_dump_json() == text
    assert text == (
        '{"name":"office","zone":"Europe/Paris","hours":{"mon":[["09:00","12:30"],["13:30","17:00"]],'
        '"sat":[["10:00","24:00"]]},"closed":["2026-01-01","2026-05-01"],'
        '"dates":{"2026-12-24":[["09:00","12:00"]]}}'
    )


def test_a_calendar_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Calendar.model_validate(OFFICE).zone = "UTC"  # type: ignore[misc]


def test_a_copy_with_another_zone_counts_in_that_zone() -> None:
    paris = Calendar.model_validate(OFFICE)
    assert paris.add(MONDAY, timedelta(hours=1)) == MONDAY + timedelta(hours=1)
    utc = paris.model_copy(update={"zone": "UTC"})
    assert utc.add(MONDAY, timedelta(hours=1)) == MONDAY + timedelta(hours=2)
    assert paris.add(MONDAY, timedelta(hours=1)) == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_copy_counts_like_its_original(again: Any) -> None:
    calendar = Calendar.model_validate(OFFICE)
    calendar.next_open(MONDAY)
    copied = again(calendar)
    assert copied == calendar
    assert copied.add(MONDAY, timedelta(hours=4)) == calendar.add(MONDAY, timedelta(hours=4))


def test_spans_in_any_order_mean_the_same() -> None:
    turned = OFFICE | {"hours": OFFICE["hours"] | {"mon": [["13:30", "17:00"], ["09:00", "12:30"]]}}
    start, budget = MONDAY, timedelta(hours=5)
    assert Calendar.model_validate(turned).add(start, budget) == Calendar.model_validate(OFFICE).add(start, budget)


def test_always_is_called_so_and_never_closes() -> None:
    assert always().name == "always"
    assert always("Europe/Paris").zone == "Europe/Paris"
    start = datetime(2026, 3, 28, 12, 0, 0, 7, tzinfo=UTC)
    assert always("Europe/Paris").add(start, timedelta(days=400)) == start + timedelta(days=400)
    assert always().between(start, start + timedelta(days=2)) == timedelta(days=2)
    assert date(2026, 3, 29).toordinal()  # the change of the clocks in between plays no part
