"""Trackforce: planned maintenance, at most three hours a month, announced by e-mail beforehand (TF-15)."""

from __future__ import annotations

from typing import Any

import pytest

from store.directory import Contact, Contract, Organisation
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import CONTRACT, Desk, Refused
from tests.clauses.test_provider import with_service

DOOR = "/v1/services/sites/maintenance-windows"


def window(desk: Desk, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {
        "starts_at": desk.at(start).isoformat(),
        "ends_at": desk.at(end).isoformat(),
        "text": "A new version of the database.",
        **more,
    }


async def plan(desk: Desk, start: str, end: str, who: str = "bob", **more: Any) -> dict[str, Any]:
    return dict(await desk.post(who, DOOR, window(desk, start, end, **more)))


async def refused(desk: Desk, start: str, end: str, who: str = "bob", **more: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        await plan(desk, start, end, who, **more)
    return refusal.value


def clients(desk: Desk) -> None:
    """Beta has the same agreement, gamma another, delta had it until last year."""
    for name, agreement, more in (
        ("beta", "trackforce", {}),
        ("gamma", "onelife", {}),
        ("delta", "trackforce", {"valid_to": desk.at("2030-12-31 00:00")}),
    ):
        contract = {**CONTRACT, "id": f"{name}-1", "organisation": name, "agreement": agreement, **more}
        desk.save(
            Organisation(id=name, name=name.title(), language="en"),
            Contract(**contract),
            Contact(
                id=f"{name}-key",
                organisation=name,
                name="Key",
                role="key_user",
                language="en",
                email=f"k@{name}.example",
            ),
        )


@pytest.mark.clause("TF-15")
async def test_every_client_under_the_agreement_is_told_by_mail_beforehand(new_desk: NewDesk) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    clients(desk)
    made = await plan(desk, "03-09 02:00", "03-09 04:00")
    assert made["announced"] is True
    mails = {mail.to: mail for mail in desk.mails(None)}
    assert set(mails) == {"ines", "beta-key"}  # the administrator where there is one, or else the key user
    assert mails["ines"].subject == "Entretien planifié – Site access"
    text = mails["beta-key"].text.replace("\n", " ")
    assert "We plan maintenance of Site access: from Sunday, 9 March 2031, 02:00" in text
    assert "A new version of the database." in text
    listed = (await desk.get("anna", "/v1/maintenance-windows", params={"service": "sites"}))["items"]
    assert [(one["id"], one.get("planned_by")) for one in listed] == [(made["id"], None)]


@pytest.mark.clause("TF-15")
async def test_the_fourth_hour_of_a_month_is_refused_with_what_is_left(new_desk: NewDesk) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    await plan(desk, "03-09 02:00", "03-09 04:30")
    refusal = await refused(desk, "03-16 02:00", "03-16 03:00")
    assert (refusal.status, refusal.code) == (409, "maintenance_limit")
    assert "In 2031-03 3 h are allowed and 30 min left; this window takes 1 h." in refusal.problem["detail"]
    await plan(desk, "03-16 02:00", "03-16 02:30")  # exactly three hours
    assert (await refused(desk, "03-23 02:00", "03-23 02:01")).code == "maintenance_limit"
    await plan(desk, "04-06 02:00", "04-06 05:00")  # another month has its own three hours
    assert len((await desk.get("bob", "/v1/maintenance-windows"))["items"]) == 3


@pytest.mark.clause("TF-15")
async def test_a_window_over_the_end_of_a_month_counts_in_both_by_the_agreements_own_midnight(
    new_desk: NewDesk,
) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    await plan(desk, "03-31 22:00", "2031-04-01 01:00")  # two hours of March, one of April, in Paris
    assert "1 h left" in (await refused(desk, "03-20 02:00", "03-20 04:00")).problem["detail"]
    await plan(desk, "03-20 02:00", "03-20 03:00")
    await plan(desk, "04-06 02:00", "04-06 04:00")
    assert (await refused(desk, "04-07 02:00", "04-07 02:01")).code == "maintenance_limit"


@pytest.mark.clause("TF-15")
async def test_the_hour_that_does_not_exist_takes_no_time(new_desk: NewDesk) -> None:
    # Sunday 30 March 2031: from 01:00 to 05:00 only three hours pass.
    desk = await with_service(new_desk, "03-03 10:00")
    await plan(desk, "03-30 01:00", "03-30 05:00")
    assert "0 min left" in (await refused(desk, "03-20 02:00", "03-20 02:30")).problem["detail"]


@pytest.mark.clause("TF-15")
async def test_what_comes_too_late_to_be_announced_is_refused_unless_it_brings_critical_fixes(
    new_desk: NewDesk,
) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    for start in ("03-03 09:00", "03-03 10:00"):
        refusal = await refused(desk, start, "03-03 11:00")
        assert (refusal.status, refusal.code) == (422, "not_beforehand")
    made = await plan(desk, "03-03 10:00", "03-03 11:00", critical_fixes=True)
    assert (made["announced"], desk.mails(None)) == (False, [])
    # The announcement is lifted, not the limit.
    assert (await refused(desk, "03-04 02:00", "03-04 05:00", critical_fixes=True)).code == "maintenance_limit"


@pytest.mark.clause("TF-15")
async def test_a_manager_can_force_it_with_a_reason_which_is_reported_and_no_longer_helps_availability(
    new_desk: NewDesk,
) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    await plan(desk, "03-09 02:00", "03-09 05:00")
    refusal = await refused(desk, "03-16 02:00", "03-16 03:00", force="The disks fail.")
    assert (refusal.status, refusal.code) == (403, "force_by_manager")
    made = await plan(desk, "03-16 02:00", "03-16 03:00", "max", force="The disks fail.")
    assert (made["forced"], made["beyond_limit"]) == ("The disks fail.", True)
    [mail] = desk.mails(None, "staff_maintenance_forced")
    assert (mail.to, "The disks fail." in mail.text) == ("manager", True)
    forced = (await desk.get("bob", "/v1/maintenance-windows", params={"forced": True}))["items"]
    assert [one["id"] for one in forced] == [made["id"]]
    [seen] = (await desk.get("anna", "/v1/maintenance-windows", params={"forced": True}))["items"]
    assert (seen["forced"], seen["beyond_limit"]) == (None, True)
    await desk.until("03-20 12:00")
    found = await desk.get("anna", "/v1/services/sites/availability")
    assert [one["left_out"] for one in found["maintenance"]] == [True, False]
    assert found["left_out"] == 3 * 3600


@pytest.mark.clause("TF-15")
async def test_a_cancelled_window_is_told_and_gives_its_time_back(new_desk: NewDesk) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    made = await plan(desk, "03-09 02:00", "03-09 05:00")
    off = f"/v1/maintenance-windows/{made['id']}/cancellation"
    cancelled = await desk.post("bob", off, {"reason": "It is not ready."})
    assert cancelled["cancelled_for"] == "It is not ready."
    assert [mail.to for mail in desk.mails(None, "maintenance_cancelled")] == ["ines"]
    with pytest.raises(Refused) as refusal:
        await desk.post("bob", off, {"reason": "Again."})
    assert refusal.value.code == "already_cancelled"
    await plan(desk, "03-09 03:00", "03-09 04:00")
    assert (await refused(desk, "03-09 03:30", "03-09 04:30")).code == "windows_overlap"


@pytest.mark.clause("TF-15")
async def test_the_same_request_sent_again_plans_nothing_twice(new_desk: NewDesk) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    body, headers = window(desk, "03-09 02:00", "03-09 04:00"), {"Idempotency-Key": "march"}
    first = await desk.post("bob", DOOR, body, headers=dict(headers))
    again = await desk.post("bob", DOOR, body, headers=dict(headers))
    assert first == again
    assert len(desk.mails(None)) == 1
    with pytest.raises(Refused) as refusal:
        await desk.post("bob", DOOR, {**body, "text": "Another."}, headers=dict(headers))
    assert (refusal.value.status, refusal.value.code) == (409, "idempotency_conflict")


@pytest.mark.clause("TF-15")
async def test_the_list_has_pages_in_either_order(new_desk: NewDesk) -> None:
    desk = await with_service(new_desk, "03-03 10:00")
    made = [(await plan(desk, f"0{month}-09 02:00", f"0{month}-09 03:00"))["id"] for month in (3, 4, 5)]
    found: list[str] = []
    params: dict[str, Any] = {"limit": 2, "order": "newest"}
    while True:
        page = await desk.get("anna", "/v1/maintenance-windows", params=params)
        found += [one["id"] for one in page["items"]]
        if not page["next"]:
            break
        params["cursor"] = page["next"]
    assert found == made[::-1]
    with pytest.raises(Refused) as refusal:
        await desk.get("anna", "/v1/maintenance-windows", params={**params, "order": "starts_at"})
    assert refusal.value.status == 422
