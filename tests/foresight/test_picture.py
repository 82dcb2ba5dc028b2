"""The picture of a life: each lane, each pause, each message is in it, and tells itself."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from domain.words import ClockKind
from foresight.backtest_page import NAMES
from foresight.lanes import ORDER, sheet
from foresight.page import page
from foresight.picture import svg
from foresight.picture_words import Words
from foresight.playing import Played, play
from tests.domain.stories import paris
from tests.foresight.plays import played, scenario

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def life() -> Played:
    return played(
        "olcare",
        ticket={"severity": "p2", "product": {"name": "ol-connect", "version": "2025.1"}},
        contract={"programme": "standard", "region": "emea"},
        steps=[
            {"after": "1 h", "staff": "assign", "assignee": "bob"},
            {"staff": "triage", "severity": "p2", "impact": "production-degraded"},
            {"after": "10 min", "staff": "acknowledge", "means": "call"},
            {"after": "1 h", "staff": "ask", "question": "<b>Which</b> version?"},
            {"after": "2 business days", "client": "answer"},
        ],
        until="3 days",
    )


def test_a_pause_is_a_span_in_which_the_clock_stands(life: Played) -> None:
    resolution = next(lane for lane in sheet(life).lanes if lane.kind == "resolution")
    stands = [(run.since, run.until) for run in resolution.runs if run.kind == "stands"]
    assert stands == [(paris("03-02 11:10"), paris("03-04 11:10"))]


def test_closed_hours_are_shaded_and_open_ones_are_not(life: Played) -> None:
    drawn = sheet(life)
    calendar = life.state.terms.calendars[drawn.calendar]
    assert drawn.closed
    for since, until in drawn.closed:
        middle = since + (until - since) / 2
        assert not calendar.is_open(middle)
    shaded = sum((until - since for since, until in drawn.closed), timedelta())
    assert shaded + calendar.between(drawn.since, drawn.until) == drawn.until - drawn.since


def test_what_is_late_is_drawn_late() -> None:
    late = played(ticket={"severity": "critical"}, until="3 h")
    response = next(lane for lane in sheet(late).lanes if lane.kind == "response")
    assert [(run.kind, run.since) for run in response.runs] == [
        ("runs", paris("03-02 09:00")),
        ("late", paris("03-02 10:00")),
    ]
    assert [due.outcome for due in response.dues] == ["missed"]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_mark_tells_itself_and_what_people_wrote_is_never_markup(life: Played, language: str) -> None:
    drawn = sheet(life)
    tree = ElementTree.fromstring(svg(drawn, Words(language), 'A "life" <b>'))
    marks = [node for node in tree.iter() if "mark" in node.get("class", "").split()]
    dues = sum(len(lane.dues) for lane in drawn.lanes)
    assert len(marks) == len(drawn.marks) + dues
    assert all((node.findtext(f"{SVG}title") or "").strip() for node in marks)
    assert tree.find(f"{SVG}b") is None
    assert tree.get("aria-label") == 'A "life" <b>'


def test_the_picture_lies_inside_its_box(life: Played) -> None:
    tree = ElementTree.fromstring(svg(sheet(life), Words("en"), "A life"))
    width = float(tree.get("width", "0"))
    for node in tree.iter(f"{SVG}rect"):
        x, wide = float(node.get("x", "0")), float(node.get("width", "0"))
        assert 0 <= x <= x + wide <= width + 0.2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_of_clock_has_its_lane_and_its_name(language: str) -> None:
    assert set(ORDER) == set(ClockKind)
    assert len({Words(language).clock(kind) for kind in ClockKind}) == len(ClockKind)
    assert set(NAMES) == set(ClockKind)


def test_each_life_of_a_page_is_told_by_its_own_agreement_s_wall_clock() -> None:
    here = played(until="2 h")
    terms = here.state.terms.model_copy(update={"zone": "Asia/Tokyo"})
    there = play(scenario(until="2 h"), terms)
    written = page([("here", here), ("there", there)], "en", lambda life: lambda event: event.fact.type)
    first, second = written.split("<h2>")[1:]
    for part, zone in ((first, "Europe/Paris"), (second, "Asia/Tokyo")):
        assert f'<span class="soft">{zone}</span>' in part
        assert part.count('<td class="when">Mon 2.3. 09:00</td>') > 1
