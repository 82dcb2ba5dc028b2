"""A changed agreement reaches running tickets: as foretold, once, whatever interrupts it."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from agreements import parse, plain, published, revision
from api.engine.tickets import EngineAway
from cli.rollout_drive import Compiler, Drive, EngineStays, Outcome, dry_run
from domain.commands import Actor, Command
from domain.words import Role
from store import agreements, rollouts, tickets
from tests.clauses.conftest import NewDesk
from tests.clauses.desk import SINCE, Desk
from workflows.protocol import Receipt, workflow_id

MAX = Actor(role=Role.system, id="max")
NAME = "trackforce"


def change(desk: Desk, **replaced: str) -> str:
    """Loads trackforce with these passages replaced; the new revision."""
    text = published()[NAME].read_text(encoding="utf-8")
    for old, new in CHANGES.items() if not replaced else replaced.items():
        assert old in text
        text = text.replace(old, new)
    new = revision(parse(text, name=NAME))
    agreements.save(desk.database, NAME, new, text, SINCE + timedelta(days=1))
    return new


CHANGES = {
    '{mon-fri: "09:00-18:00"}': '{mon-fri: "08:00-20:00"}',
    "{within: 8 h, clause: TF-07": "{within: 6 h, clause: TF-07",
}
"""Other opening hours, and another target for critical problems."""
CAUSE = {"cause": "configuration", "cause_text": "The spooler had no restart policy."}


async def opened_by_ines(desk: Desk, severity: str) -> str:
    """A ticket whose opening is recorded: one that is opened in this very moment is taken when it is run again."""
    ticket = await desk.open("ines", severity=severity)
    await desk.clocks(ticket)
    for _ in range(500):
        if tickets.exists(desk.database, ticket):
            break
        await asyncio.sleep(0.01)
    return ticket


class Flaky:
    """The desk's engine, which dies after so many commands: as if the process had been killed."""

    def __init__(self, desk: Desk, commands: int = 10**6) -> None:
        self.desk = desk
        self.left = commands
        self.sent: list[str] = []

    async def command(self, ticket: str, command: Command) -> Receipt:
        if self.left <= 0:
            raise Killed
        self.left -= 1
        self.sent.append(command.id)
        return await self.desk.engine.command(ticket, command)


class Killed(BaseException):
    """No `except Exception` may take it for a mishap."""


async def compiled(desk: Desk) -> Compiler:
    current = agreements.current(desk.database, NAME)
    assert current is not None
    return Compiler(desk.database, current, await desk.now())


async def drive(desk: Desk, engine: Any = None, batch: int = 5) -> Drive:
    compiler, now = await compiled(desk), await desk.now()
    begun = rollouts.begin(desk.database, NAME, compiler.revision.revision, MAX.id, now)
    return Drive(desk.database, engine or Flaky(desk), compiler, begun, MAX, lambda: now, batch, tries=())


async def run(driven: Drive) -> list[Outcome]:
    return [outcome async for outcome in driven.run()]


async def twenty(desk: Desk) -> list[str]:
    """Twenty tickets in every status that a roll-out reaches, and a twenty-first that is withdrawn and archived."""
    severities = ("critical", "important", "low", "none")
    opened = [await opened_by_ines(desk, severities[number % 4]) for number in range(20)]
    await desk.until("03-03 09:40")  # nothing falls due near it: the test server cannot keep such things apart
    for ticket in opened[:4]:
        await desk.step("bob", ticket, "assignment", assignee="bob")
        await desk.step("bob", ticket, "acknowledgement", means="call", text="We are on it.")
    for ticket in opened[4:6]:
        await desk.step("bob", ticket, "questions", question="Since when?")
    for ticket in opened[6:8]:
        await desk.step("bob", ticket, "resolution", kind="fix", text="Restarted.", **CAUSE)
    for ticket in opened[8:10]:
        await desk.step("ines", ticket, "withdrawal", reason="It was the cable.")
    return opened


async def due(desk: Desk, ticket: str) -> dict[str, datetime | None]:
    """By clock, the due instant as the ticket itself has it."""
    state = await desk.engine.state(ticket)
    return {clock.id: clock.due or clock.missed_due for clock in state.clocks if clock.live}


async def test_a_dry_run_lists_exactly_what_a_roll_out_then_does(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    opened = await twenty(desk)
    new = change(desk)
    later = await opened_by_ines(desk, "critical")
    before = {ticket: await due(desk, ticket) for ticket in opened}
    foretold = {one.ticket: one for one in dry_run(desk.database, await compiled(desk), MAX, await desk.now())}
    assert foretold.keys() == set(opened)
    assert {ticket: await due(desk, ticket) for ticket in opened} == before  # nothing was done

    driven = await drive(desk)
    outcomes = await run(driven)
    assert {one.ticket: one.what for one in outcomes} == dict.fromkeys(opened, "changed")
    for ticket in opened:
        after, told = await due(desk, ticket), foretold[ticket]
        names = {*before[ticket], *after}
        moved = {name for name in names if before[ticket].get(name) != after.get(name)}
        assert {one.clock for one in told.clocks} == moved
        assert {one.clock: one.after for one in told.clocks} == {name: after.get(name) for name in moved}
        mails = desk.mails(ticket, "times_moved")
        assert len(mails) == (1 if any(one.told for one in told.clocks) else 0)
        assert (await desk.ticket(ticket))["revision"] == new
    assert driven.rollout.counts.changed == 20
    assert driven.rollout.counts.told == sum(any(one.told for one in told.clocks) for told in foretold.values())
    assert "terms_changed" not in await desk.types(later)
    assert rollouts.left(desk.database, NAME, new) == 0


async def test_the_new_hours_and_the_new_target_hold_from_the_start_of_each_clock(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 19:00")  # closed under 09:00-18:00, open under 08:00-20:00
    critical = await opened_by_ines(desk, "critical")
    low = await opened_by_ines(desk, "low")
    assert await desk.due(critical, "resolution") == "2031-03-04 03:00"  # 8 h around the clock
    assert await desk.due(low, "response") == "2031-03-06 09:00"  # two business days from Tuesday's opening
    change(desk)
    await run(await drive(desk))
    assert await desk.due(critical, "resolution") == "2031-03-04 01:00"
    assert await desk.due(low, "response") == "2031-03-05 19:00"  # 19:00 is in opening hours now
    [mail] = desk.mails(low, "times_moved")
    words = " ".join(mail.text.split())
    assert "Désormais, pour la première réponse : mercredi 5 mars 2031 à 19:00" in words
    assert "Auparavant : jeudi 6 mars 2031 à 09:00" in words
    assert desk.mails(critical, "times_moved")[0].to == "ines"
    types = await desk.types(low, who="ines")
    assert types[-1] == "times_moved"


async def test_killed_in_the_middle_it_goes_on_and_no_ticket_is_changed_twice(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    opened = await twenty(desk)
    change(desk)
    first = await drive(desk, Flaky(desk, commands=12))
    with pytest.raises(BaseException) as killed:
        await run(first)
    assert killed.group_contains(Killed) if isinstance(killed.value, BaseExceptionGroup) else killed.type is Killed
    half = {ticket for ticket in opened if "terms_changed" in await desk.types(ticket)}
    assert 10 <= len(half) <= 12

    second = await drive(desk)
    assert second.rollout.id == first.rollout.id
    outcomes = await run(second)
    # One that was on its way when the process died may still have arrived after we looked.
    assert {one.ticket for one in outcomes} <= set(opened) - half
    for ticket in opened:
        assert (await desk.types(ticket)).count("terms_changed") == 1
    [record] = rollouts.of(desk.database, NAME)
    assert (record.counts.changed, record.by, record.ended_at is not None) == (20, "max", True)
    assert await run(await drive(desk)) == []  # once more: there is nothing left to do


def dropped(data: Any, name: str) -> Any:
    """The data without what goes by that name."""
    if isinstance(data, dict):
        return {key: dropped(value, name) for key, value in data.items() if key != name}
    return [dropped(value, name) for value in data if value != name] if isinstance(data, list) else data


async def test_a_ticket_that_does_not_fit_is_reported_and_the_others_go_on(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    stays = await opened_by_ines(desk, "none")
    goes = await opened_by_ines(desk, "critical")
    read = plain.read(published()[NAME].read_text(encoding="utf-8"))
    without = json.dumps(dropped(read.data, "none"), default=str)
    new = revision(parse(without, name=NAME))
    agreements.save(desk.database, NAME, new, without, SINCE + timedelta(days=1))
    [foretold] = [one for one in dry_run(desk.database, await compiled(desk), MAX, await desk.now()) if one.code]
    assert (foretold.ticket, foretold.code) == (stays, "severity_gone")
    driven = await drive(desk)
    outcomes = {one.ticket: (one.what, one.code) for one in await run(driven)}
    assert outcomes == {stays: ("refused", "severity_gone"), goes: ("changed", None)}
    assert driven.rollout.counts.refused == {"severity_gone": 1}
    assert (await desk.ticket(stays))["revision"] != new
    # Put right, it is taken the next time.
    await desk.step("bob", stays, "triage", severity="low", reason="The new revision has no other.")
    assert [one.what for one in await run(await drive(desk))] == ["changed"]


async def test_an_engine_that_does_not_answer_stops_the_roll_out_and_nothing_is_lost(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    ticket = await opened_by_ines(desk, "critical")
    change(desk)

    class Away:
        async def command(self, ticket: str, command: Command) -> Receipt:
            raise EngineAway("waited 20 s")

    stopped = await drive(desk, Away())
    with pytest.raises(EngineStays, match="waited 20 s"):
        await run(stopped)
    assert (stopped.rollout.counts.left, stopped.rollout.ended_at) == (1, None)
    assert [one.ticket for one in await run(await drive(desk))] == [ticket]


async def test_back_and_forth_between_two_revisions_each_roll_out_counts(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    ticket = await opened_by_ines(desk, "critical")
    old = agreements.current(desk.database, NAME)
    assert old is not None
    new = change(desk)
    await run(await drive(desk))
    agreements.save(desk.database, NAME, old.revision, old.document, SINCE + timedelta(days=2))
    await run(await drive(desk))
    assert await desk.due(ticket, "resolution") == "2031-03-03 17:00"
    agreements.save(desk.database, NAME, new, change_text(desk, new), SINCE + timedelta(days=3))
    await run(await drive(desk))
    assert await desk.due(ticket, "resolution") == "2031-03-03 15:00"
    assert (await desk.types(ticket)).count("terms_changed") == 3


def change_text(desk: Desk, new: str) -> str:
    found = agreements.get(desk.database, NAME, new)
    assert found is not None
    return found.document


async def test_the_terms_cost_the_tickets_history_their_own_size_and_a_handful_of_events(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    ticket = await opened_by_ines(desk, "critical")
    handle = desk.environment.client.get_workflow_handle(workflow_id(ticket))
    before = await handle.fetch_history()
    change(desk)
    await run(await drive(desk))
    after = await handle.fetch_history()
    added = sum(event.ByteSize() for event in after.events) - sum(event.ByteSize() for event in before.events)
    size = len((await desk.engine.state(ticket)).terms.model_dump_json())
    assert len(after.events) - len(before.events) <= 12
    assert added < 2 * size + 10_000  # 2 MB is what the engine takes in one payload, 50 MB in one history
    assert size < 100_000


async def test_a_contracts_choices_and_the_years_of_the_ticket_are_in_its_new_terms(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    ticket = await opened_by_ines(desk, "low")
    change(desk)
    await run(await drive(desk))
    office = (await desk.engine.state(ticket)).terms.calendars["office"]
    assert date(2031, 7, 14) in office.closed
    assert date(2036, 7, 14) in office.closed
    row = tickets.get(desk.database, ticket)
    assert row is not None
    assert row.version == (await desk.engine.state(ticket)).sequence


async def test_a_clock_that_had_ended_is_explained_by_the_revision_it_was_kept_under(new_desk: NewDesk) -> None:
    desk = await new_desk(NAME, start="03-03 09:00")
    ticket = await opened_by_ines(desk, "critical")
    await desk.step("bob", ticket, "assignment", assignee="bob")
    await desk.step("bob", ticket, "triage", severity="critical", reason="The gates are closed.")
    await desk.step("bob", ticket, "acknowledgement", means="call", text="We are on it.")
    old, new = (await desk.ticket(ticket))["revision"], change(desk)
    await run(await drive(desk))
    assert (await desk.clock(ticket, "response"))["revision"] == old
    assert (await desk.clock(ticket, "resolution"))["revision"] == new
    told = {entry["type"]: entry for entry in await desk.timeline(ticket, who="ines")}
    assert told["terms_changed"]["sentence"] == (
        f"Revision {new} of the agreement holds from now on; before, it was {old}"
    )
    assert "terms" not in told["terms_changed"]["data"]
    assert told["times_moved"]["sentence"] == (
        "Promised times have changed: resolution 2031-03-03 17:00 Europe/Paris → 2031-03-03 15:00 Europe/Paris"
    )
