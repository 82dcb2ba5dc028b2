"""`escalade late` over HTTP: what it asks for, what it prints, and how it says that something is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from typer.testing import CliRunner

from api.reports.late_shapes import LateFiringView, LateMessageView, LatePromiseView, Summary
from cli.main import app
from cli.since import instant
from tests.cli.test_commands import Stub

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def shown(view: type[BaseModel]) -> dict[str, object]:
    """The example of an answer."""
    extra: Any = view.model_config["json_schema_extra"]
    return dict(extra["examples"][0])


@pytest.fixture
def api() -> Iterator[Stub]:
    stub = Stub()
    head = {"from_at": "2026-03-02T00:00:00Z", "to_at": "2026-03-03T00:00:00Z", "later_than": 60}
    first = {**head, "summary": shown(Summary), "items": [shown(LateFiringView)], "next": None}
    stub.answers["GET /v1/reports/late"] = (200, first)
    stub.answers["GET /v1/reports/late/promises"] = (200, {**head, "items": [shown(LatePromiseView)], "next": None})
    stub.answers["GET /v1/reports/late/messages"] = (200, {**head, "items": [shown(LateMessageView)], "next": None})
    yield stub
    stub.server.shutdown()


def late(api: Stub, *more: str) -> str:
    result = CliRunner().invoke(
        app, ["late", "--api", api.address, "--key", "k", *more], env={"COLUMNS": "200"}, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_the_sums_come_first_then_the_rows(api: Stub) -> None:
    said = late(api, "--since", "2026-03-02 00:00")
    assert said.index("12 things fired late on 7 tickets: median 18 min, worst 31 min") < said.index("K7M39QX24T")
    assert "5  an update that Escalade would have sent in time" in said
    assert "Messages late: 9 (median 20 min, worst 31 min; 0 not sent yet)" in said
    assert "promise (response)" in said


@pytest.mark.parametrize(("rows", "words"), [("promises", "not noticed"), ("messages", "bob  mail")])
def test_other_rows_are_shown_when_asked_for(api: Stub, rows: str, words: str) -> None:
    assert words in late(api, "--since", "2 h", "--rows", rows)


def test_the_picture_and_the_page_have_what_fired_what_was_missed_and_what_was_sent(api: Stub, tmp_path: Path) -> None:
    svg, page = tmp_path / "late.svg", tmp_path / "late.html"
    said = late(api, "--since", "2026-03-02 00:00", "--svg", str(svg), "--html", str(page))
    assert f"written: {svg}" in said
    told = [title.text or "" for title in ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}title")]
    for words in ("due instant of a promise (response), 31 min late", "nobody was told", "to bob by mail"):
        assert any(words in one for one in told), words
    written = page.read_text(encoding="utf-8")
    assert written.count("<svg") == 1
    assert "12 things fired late on 7 tickets" in written
    assert "The access gates stay closed" in written
    assert not re.search(r"""(src|href)=["']?http""", written)


def test_a_picture_that_cannot_be_written_is_said_in_a_sentence(api: Stub, tmp_path: Path) -> None:
    where = str(tmp_path / "no-such-folder" / "late.svg")
    result = CliRunner().invoke(
        app, ["late", "--api", api.address, "--key", "k", "--since", "2 h", "--svg", where], env={"COLUMNS": "300"}
    )
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.output


def test_json_has_sums_and_rows(api: Stub) -> None:
    told = json.loads(late(api, "--since", "2 h", "--json"))
    assert told["summary"]["tickets"] == 7
    assert told["fired"][0]["late"] == 1864.2


def test_what_is_asked_for_reaches_the_api(api: Stub) -> None:
    late(api, "--since", "2026-03-02T08:00:00+01:00", "--until", "2026-03-02T20:00:00Z", "--later-than", "5 min",
         "--fired", "update", "--order", "worst", "-o", "acme")  # fmt: skip
    query = api.asked[-1]["query"]
    assert (query["later_than"], query["fired"], query["order"]) == (["300.0"], ["update"], ["worst"])
    assert query["from_at"] == ["2026-03-02T08:00:00+01:00"]
    assert query["organisation"] == ["acme"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--since", "soon"), "is no time"),
        (("--since", "2 h", "--until", "3 h"), "is not after --since"),
        (("--since", "2 h", "--why", "anyway"), "add --rows promises"),
        (("--since", "2 h", "--rows", "promises", "--fired", "update"), "leave --rows out"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(api: Stub, more: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(app, ["late", "--api", api.address, "--key", "k", *more], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert words in result.output
    assert api.asked == []


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("90 min", NOW - timedelta(minutes=90)),
        ("4 h ago", NOW - timedelta(hours=4)),
        ("2 days", NOW - timedelta(days=2)),
        ("09:00", NOW.replace(hour=9, minute=0)),
        ("23:00", NOW.replace(hour=23, minute=0) - timedelta(days=1)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01 07:15+02:00", datetime(2026, 3, 1, 5, 15, tzinfo=UTC)),
    ],
)
def test_a_time_is_written_as_people_write_it(said: str, at: datetime) -> None:
    assert instant(said, NOW) == at


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_time_or_refused_in_words(said: str) -> None:
    with suppress(ValueError):
        assert instant(said, NOW).tzinfo is not None
