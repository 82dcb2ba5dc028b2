"""What an organisation has given for good is not asked for again with its next ticket (1L-15)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from store.tables import organisation_facts
from tests.clauses.conftest import NewDesk

CODE = "administrator-code"


@pytest.mark.clause("1L-15")
async def test_what_was_given_for_good_is_not_asked_for_with_the_next_ticket(new_desk: NewDesk) -> None:
    desk = await new_desk("onelife")
    first = await desk.open("anna", kind="installation")
    assert CODE in (await desk.ticket(first))["missing"].split(",")
    await desk.step("anna", first, "intake", intake={CODE: True})
    assert CODE not in ((await desk.ticket(first))["missing"] or "").split(",")

    second = await desk.open("anna", kind="installation")
    assert CODE not in ((await desk.ticket(second)).get("missing") or "").split(",")
    # Only that it was given is kept, of that client and under that agreement.
    with desk.database.read() as connection:
        rows = connection.execute(select(organisation_facts)).mappings().all()
    assert [(row["organisation"], row["agreement"], row["item"]) for row in rows] == [("acme", "onelife", CODE)]

    # The code has been changed, and the new one is not there yet: it is asked for again.
    third = await desk.open("anna", kind="installation", intake={CODE: False})
    assert CODE in (await desk.ticket(third))["missing"].split(",")
    fourth = await desk.open("anna", kind="installation")
    assert CODE in (await desk.ticket(fourth))["missing"].split(",")
