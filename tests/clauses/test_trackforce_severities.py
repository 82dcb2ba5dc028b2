"""Trackforce: what is promised for each severity, in opening hours or around the clock."""

from __future__ import annotations

import pytest

from tests.clauses.conftest import NewDesk


@pytest.mark.clause("TF-07")
async def test_critical_is_called_back_within_an_hour_solved_within_eight_and_reported_every_90_minutes(
    new_desk: NewDesk,
) -> None:
    desk = await new_desk("trackforce", start="03-03 22:10")
    ticket = await desk.open("ines", severity="critical")
    assert await desk.due(ticket, "response") == "2031-03-03 23:10"
    assert await desk.due(ticket, "update") == "2031-03-03 23:40"
    assert await desk.due(ticket, "resolution") == "2031-03-04 06:10"
    await desk.until("03-04 07:00")
    clocks = {clock["kind"]: clock for clock in await desk.clocks(ticket)}
    assert clocks["response"]["standing"] == clocks["resolution"]["standing"] == "late"
    sent = [mail for mail in desk.mails(ticket, to="ines") if mail.template == "update_automatic"]
    assert len(sent) == 5  # 23:40, 01:10, 02:40, 04:10, 05:40
