"""OL Care: what is set before the first response, and by when it is given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from agreements import published
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import Refused
from tests.clauses.test_olcare_severities import evaluate


@pytest.mark.clause("OL-08")
async def test_nothing_counts_as_a_first_response_before_adviser_kind_severity_and_impact_are_set(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("olcare", start="03-03 10:00")
    ticket = await desk.open(severity="p2")
    early: list[tuple[str, dict[str, Any]]] = [
        ("acknowledgement", {"means": "call", "text": "We are on it."}),
        ("comments", {"text": "Which printer is it?"}),
        ("questions", {"question": "Which printer is it?"}),
        ("resolution", {"kind": "workaround", "text": "Take the other printer."}),
    ]
    before = await desk.types(ticket)
    for path, body in early:
        with pytest.raises(Refused) as refusal:
            await desk.step("bob", ticket, path, **body)
        assert (refusal.value.status, refusal.value.code) == (409, "not_evaluated")
        for lacking in ("who works on it", "severity", "impact"):
            assert lacking in refusal.value.problem["detail"]
    assert await desk.types(ticket) == before  # nothing has happened
    await desk.step("bob", ticket, "notes", text="Ours.")  # what is no response is not held up
    await desk.step("bob", ticket, "status-updates", text="We have it in hand.")
    await desk.step("bob", ticket, "assignment", assignee="bob")
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "comments", text="Which printer is it?")
    assert "who works on it" not in refusal.value.problem["detail"]
    await evaluate(desk, ticket, "p2", "production-degraded")
    await desk.until("03-03 11:30")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We are on it.")
    response = await desk.clock(ticket, "response")
    assert (response["standing"], desk.wall(response["ended_at"])) == ("met", "2031-03-03 11:30")
    shown = await desk.ticket(ticket)
    assert (shown["assignee"], shown["severity"], shown["impact"]) == ("bob", "p2", "production-degraded")


def last_minute(due: str) -> datetime:
    """A minute before it is due, by the clock on the wall."""
    return datetime.fromisoformat(due) - timedelta(minutes=1)


@pytest.mark.clause("OL-15")
@pytest.mark.parametrize(
    ("channel", "due"),
    [
        # On Friday the 11th at 16:00 one local hour is left; Monday is closed; hours begin at 9:00 on Tuesday.
        ("telephone", "2031-04-15 10:00"),
        ("portal", "2031-04-15 12:00"),
        ("email", "2031-04-15 12:00"),
    ],
)
async def test_first_response_takes_two_local_hours_by_telephone_and_four_by_any_other_channel(
    new_desk: NewDesk, channel: str, due: str
) -> None:
    desk = await new_desk("olcare", start="04-11 16:00")
    ticket = await desk.open("bob", channel=channel, severity="p3", impact="other-function")
    response = await desk.clock(ticket, "response", "anna")
    assert desk.wall(response["due"]) == due
    assert response["clause"] == ["OL-15"]
    await desk.until(f"{last_minute(due):%Y-%m-%d %H:%M}")
    await evaluate(desk, ticket, "p3", "other-function")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="At the last moment.")
    assert (await desk.clock(ticket, "response"))["standing"] == "met"


@pytest.mark.clause("OL-15")
@pytest.mark.parametrize(
    ("programme", "due"),
    [("standard", "2031-03-10 13:00"), ("gold", "2031-03-10 04:00"), ("platinum", "2031-03-09 02:00")],
)
async def test_first_response_to_an_extended_p1_counts_in_the_programmes_hours(
    new_desk: NewDesk, programme: str, due: str
) -> None:
    desk = await new_desk("olcare", start="03-08 22:00", programme=programme)  # Saturday night
    connect = {"name": "ol-connect", "version": "2031.1"}
    ticket = await desk.open(severity="p1", product=connect)
    assert await desk.due(ticket, "response") == due


@pytest.mark.clause("OL-08")
async def test_what_has_to_be_set_before_the_first_response_is_what_the_file_says(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    desk.rewrite("olcare", "needs: [assignee, kind, severity, impact]", "needs: [assignee]")
    ticket = await desk.open()
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "comments", text="Which printer?")
    assert refusal.value.problem["detail"].endswith("to be set: who works on it (assign).")
    await desk.step("bob", ticket, "assignment", assignee="bob")
    await desk.step("bob", ticket, "comments", text="Which printer?")
    assert (await desk.clock(ticket, "response"))["verdict"] == "met"


@pytest.mark.clause("OL-08")
async def test_where_no_kind_is_assumed_the_category_is_set_before_the_first_response_too(new_desk: NewDesk) -> None:
    desk = await new_desk("olcare")
    (line,) = (line for line in published()["olcare"].read_text().splitlines() if line.startswith("default_request:"))
    desk.rewrite("olcare", f"{line}\n", "")
    ticket = await desk.open(severity="p3")
    await evaluate(desk, ticket, "p3", "other-function")
    with pytest.raises(Refused) as refusal:
        await desk.step("bob", ticket, "comments", text="Which printer?")
    assert refusal.value.problem["detail"].endswith("to be set: the kind of request (classify).")
    await desk.step("bob", ticket, "classification", kind="native-function", reason="A function of the product.")
    await desk.step("bob", ticket, "comments", text="Which printer?")
    assert (await desk.clock(ticket, "response"))["verdict"] == "met"
