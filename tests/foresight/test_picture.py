"""The picture of a life: each lane, each pause, each message is in it, and tells itself."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from domain.messages.subjects import SUBJECTS
from domain.words import ClockKind
from foresight.backtest_page import NAMES
from foresight.lanes import ORDER, sheet
from foresight.message_words import CALLED
from foresight.page import page
from foresight.picture import svg, svgs
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
    told = [line for node in marks for line in (node.findtext(f"{SVG}title") or "").splitlines()]
    assert len(told) == len(drawn.marks) + dues, "marks that touch are one, which tells them all"
    assert all(line.strip() for line in told)
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
        assert f"Opened 2026-03-02 09:00, {zone}" in part
        assert part.count('<td class="when">Mon 2 Mar 09:00</td>') > 1


def test_a_lane_is_shaded_by_the_hours_of_its_own_clock_and_what_does_not_count_is_told_apart(life: Played) -> None:
    resolution = next(lane for lane in sheet(life).lanes if lane.kind == "resolution")
    calendar = life.state.terms.calendars[resolution.calendar]
    for run in resolution.runs:
        middle = run.since + (run.until - run.since) / 2
        assert run.kind not in ("runs", "idle") or calendar.is_open(middle) == (run.kind == "runs"), run
    around = next(lane for lane in sheet(played(ticket={"severity": "critical"}, until="2 days")).lanes)
    assert around.closed == ()


def test_no_label_of_a_picture_is_cut_off_at_its_right_edge() -> None:
    for until in ("3 h", "20 h", "3 days", "5 days", "30 days", "300 days"):
        tree = ElementTree.fromstring(svg(sheet(played(until=until)), Words("fr"), "A life"))
        for node in tree.iter(f"{SVG}text"):
            if node.get("text-anchor") is None and node.get("class") == "soft":
                assert float(node.get("x", "0")) + 6 * len(node.text or "") < 1240, (until, node.text)


def test_the_legend_explains_what_is_in_the_picture_and_nothing_else(life: Played) -> None:
    drawn = svg(sheet(life), Words("en"), "A life")
    assert ">stands still<" in drawn
    assert ">cancelled<" not in drawn
    late = svg(sheet(played(ticket={"severity": "critical"}, until="3 h")), Words("en"), "A life")
    assert ">late<" in late
    assert ">stands still<" not in late


def test_two_lives_are_one_picture_below_each_other(life: Played) -> None:
    drawn = ElementTree.fromstring(svgs([("One", sheet(life)), ("Other", sheet(life))], Words("en")))
    assert [node.text for node in drawn.iter(f"{SVG}text") if node.text in ("One", "Other")] == ["One", "Other"]
    assert len(list(drawn.iter(f"{SVG}defs"))) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_message_is_called_by_a_name_of_its_own_language(language: str) -> None:
    assert set(SUBJECTS) - set(CALLED) == set()
    assert all(Words(language).message(template) != template for template in SUBJECTS if "_" in template)
