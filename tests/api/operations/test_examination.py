"""What operations are told: each fault by its name, with what to do; and what is well although something is away."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update
from temporalio.api.common.v1 import Payload

from api.engine.tickets import EngineBusy
from api.engine.vitals import Failing
from api.operations.examining import PROBES, examine
from api.operations.findings import Seen
from api.operations.guide import GUIDES
from api.operations.subject import Subject
from cli.demo import load_agreements
from domain.commands import Command
from runtime.codec import Codec, PayloadSealed
from runtime.settings import Settings
from store import drilling, tables, vital
from store.database import Database
from tests.api.conftest import World
from tests.api.fake_engine import FakeEngine
from workflows.protocol import Receipt

OWN = "agreement: broken\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> None:
    """As after a first start."""
    (tmp_path / "secret").write_text("0" * 64)
    (tmp_path / "demo.json").write_text("{}")


async def told(world: World, **more: Any) -> dict[str, Any]:
    answer = await world.get("operations", "/v1/operations/health", **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def codes(world: World) -> set[str]:
    return {one["code"] for one in (await told(world))["findings"]}


async def test_where_everything_is_well_nothing_is_found(world: World) -> None:
    await world.open()
    found = await told(world)
    # A test may run where the disk is nearly full; that is its own finding and not ours to judge.
    assert [one for one in found["findings"] if one["code"] != "disk-full"] == []
    assert [part["name"] for part in found["parts"]] == list(PROBES)
    assert "last 0 s ago" in next(part["said"] for part in found["parts"] if part["name"] == "workers")


async def test_each_finding_says_what_it_means_what_to_look_at_and_what_to_do(world: World) -> None:
    world.engine.workers = 0
    found = await told(world)
    finding = next(one for one in found["findings"] if one["code"] == "worker-away")
    assert found["severity"] == finding["severity"] == "critical"
    assert "No worker polls" in finding["meaning"]
    assert finding["command"] == "temporal task-queue describe --task-queue escalade"
    assert finding["runbook"].endswith("/operations/runbook#worker-away")
    french = await told(world, headers={"Accept-Language": "fr"})
    assert "Aucun worker" in next(one["meaning"] for one in french["findings"] if one["code"] == "worker-away")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"workers": 0}, "worker-away"),
        ({"deliverers": 0}, "delivery-worker-away"),
        ({"backlog": 7, "waiting": timedelta(seconds=45)}, "backlog"),
        ({"missing": ("EscaladeStatus",)}, "search-attributes-missing"),
        ({"stuck": [Failing("ticket-K7M39QX24T", "K7M39QX24T", "workflow task", 9, "non_determinism", "no")]},
         "ticket-stuck"),
        ({"stuck": [Failing("delivery", None, "deliver", 5, "OperationalError", "locked")]}, "activity-failing"),
        ({"away": True}, "engine-away"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_the_engine_is_named(world: World, change: dict[str, Any], code: str) -> None:
    for name, value in change.items():
        setattr(world.engine, name, value)
    assert code in await codes(world)


async def test_workers_that_keep_tickets_and_carry_no_message_are_told_apart_from_none_at_all(world: World) -> None:
    world.engine.deliverers = 0
    (finding,) = [one for one in (await told(world))["findings"] if one["part"] == "workers"]
    assert "escalade-delivery (workflow, activity)" in finding["meaning"]
    assert finding["command"] == "temporal task-queue describe --task-queue escalade-delivery"
    french = await told(world, headers={"Accept-Language": "fr"})
    assert "ne partent pas" in next(one["meaning"] for one in french["findings"] if one["part"] == "workers")
    world.engine.workers = 0
    assert "delivery-worker-away" not in await codes(world)  # one worker process does both: it is told once


async def test_a_cluster_that_forgets_over_a_weekend_is_warned_of_and_the_embedded_server_is_not(world: World) -> None:
    world.engine.retention = timedelta(hours=24)
    assert "retention-short" not in await codes(world)
    ours = world.app.state.context
    ours.settings = ours.settings.model_copy(update={"temporal_address": "cluster.example:7233"})
    assert "retention-short" in await codes(world)


async def test_a_hundred_tickets_stuck_on_one_cause_are_one_finding(world: World) -> None:
    world.engine.stuck = [
        Failing(f"ticket-{number:010}", f"{number:010}", "workflow task", 9, "non_determinism", "no command")
        for number in range(20)
    ]
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "ticket-stuck"]
    assert len(finding["tickets"]) == 20
    assert finding["command"].endswith("ticket-0000000000")
    assert finding["workflow"].endswith("/workflows/ticket-0000000000")


async def test_a_clock_that_nothing_acted_upon_is_overdue_with_its_ticket(world: World) -> None:
    ticket = await world.open()
    assert "clocks-overdue" not in await codes(world)
    world.now += timedelta(hours=12)  # and no engine lets the time pass
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "clocks-overdue"]
    assert finding["tickets"] == [ticket]


async def test_messages_that_fail_wait_or_were_given_up_are_told_apart(world: World) -> None:
    await world.open()
    world.now += timedelta(minutes=11)
    assert {"outbox-old"} <= await codes(world)
    with world.database.begin() as connection:
        connection.execute(text("UPDATE outbox SET attempts = 2, last_error = '452 no room'"))
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "deliveries-failing"]
    assert finding["detail"] == "452 no room"
    assert "The next attempt: 20" in finding["meaning"]
    assert "$ESC_API/v1/messages?state=pending" in finding["command"]
    with world.database.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'failed'"))
    found = await codes(world)
    assert "dead-letters" in found
    assert not {"outbox-old", "deliveries-failing"} & found


async def test_a_database_that_refuses_writes_is_told_from_one_that_is_away(world: World) -> None:
    with world.database.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER refusing BEFORE UPDATE ON alembic_version "
                "BEGIN SELECT RAISE(ABORT, 'no writes today'); END"
            )
        )
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "database-refuses-writes"]
    assert "no writes today" in finding["detail"]


def full(_: int, __: int, ___: int) -> None:
    """As a disk without room answers."""
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_full_disk_is_told_although_one_row_can_still_be_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", full)
    found = await told(world)
    (finding,) = [one for one in found["findings"] if one["code"] == "database-refuses-writes"]
    assert "disk is full" in finding["detail"]
    assert "kept by the engine" in finding["meaning"]
    assert finding["command"].startswith('df -h "${ESCALADE_HOME:-')
    said = {part["name"]: part["said"] for part in found["parts"]}
    assert "the engine alone has what was accepted since" in said["clocks"]
    assert world.engine.looked_at_newest
    ready = await world.get(None, "/health/ready")
    assert ready.status_code == 200  # commands are taken
    assert "disk under the database is full" in ready.json()["warnings"][0]
    monkeypatch.undo()
    assert (await world.get(None, "/health/ready")).json()["warnings"] == []
    assert "database-refuses-writes" not in await codes(world)


async def test_reading_goes_on_while_another_program_holds_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.open()
    monkeypatch.setattr(vital, "LOCKED", 50)
    world.now += timedelta(minutes=2)  # so that each key's use would be noted
    other = Database(str(world.database.engine.url))
    with other.begin() as held:
        held.execute(text("UPDATE alembic_version SET version_num = version_num"))
        found = await told(world)
        for who, path in (("operations", "/operations"), ("operations", "/operations/runbook"),
                          ("operations", "/metrics"), ("level1", "/v1/tickets")):  # fmt: skip
            assert (await world.get(who, path)).status_code == 200, path
    other.close()
    (finding,) = [one for one in found["findings"] if one["code"] == "database-refuses-writes"]
    assert "locked" in finding["detail"]
    assert finding["command"].startswith("fuser ")
    assert "database-away" not in {one["code"] for one in found["findings"]}


async def test_a_schema_of_another_version_is_named(world: World) -> None:
    with world.database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "migration-missing" in await codes(world)


async def test_what_a_schema_that_is_behind_hides_is_not_told_as_a_database_that_is_away(world: World) -> None:
    drilling.spoil(world.database, drilling.Value.revision)
    with world.database.begin() as connection:  # as a migration leaves it that had brought a table
        connection.execute(text("DROP TABLE erasures"))
    found = await told(world)
    assert {one["code"] for one in found["findings"]} - {"disk-full"} == {"migration-missing"}
    hidden = [part["said"] for part in found["parts"] if part["severity"] == "unknown"]
    assert hidden
    assert all("schema is at another revision" in said for said in hidden)


async def test_an_agreement_file_that_does_not_load_is_named_with_the_reason(world: World, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "broken.yaml").write_text(OWN)
    ours = world.app.state.context
    ours.settings = ours.settings.model_copy(update={"agreements_dir": own})
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "agreement-broken"]
    assert "broken.yaml" in finding["detail"]
    (own / "broken.yaml").unlink()
    assert "agreement-broken" not in await codes(world)


async def test_a_stored_agreement_that_no_longer_compiles_is_critical(world: World) -> None:
    with world.database.begin() as connection:
        connection.execute(text("UPDATE agreements SET document = 'agreement: olcare' WHERE name = 'olcare'"))
    found = [one for one in (await told(world))["findings"] if one["code"] == "agreement-broken"]
    assert [one["severity"] for one in found] == ["critical"]
    assert "as it is stored in the database" in found[0]["meaning"]
    assert "The file of the agreement is sound" in found[0]["do"]
    assert found[0]["command"] == "escalade prepare"
    assert "severities: is missing" in found[0]["detail"]


async def test_a_broken_agreement_does_not_hide_the_others_and_is_put_back_from_its_file(world: World) -> None:
    drilling.spoil(world.database, drilling.Value.agreement)
    listed = (await world.get("manager", "/v1/agreements")).json()
    assert {one["name"] for one in listed["items"]} == {"onelife", "proconcept", "trackforce"}
    assert [one["name"] for one in listed["broken"]] == ["olcare"]
    prepared = load_agreements(world.database, Settings(home=Path()), world.now)
    assert [one.split(" (")[1] for one in prepared if " (" in one] == [
        "its stored text could not be read: put back from the file)"
    ]
    assert (await world.get("manager", "/v1/agreements")).json()["broken"] == []
    assert "agreement-broken" not in await codes(world)


async def test_a_worker_whose_clock_is_behind_is_noticed(world: World) -> None:
    await world.open()
    with world.database.begin() as connection:
        connection.execute(text("UPDATE tickets SET recorded_at = datetime(recorded_at, '-60 seconds')"))
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "clock-skew"]
    assert "once the clock is right, this goes by" in finding["meaning"]
    assert finding["detail"] == "workers: 1@here"


async def test_steps_that_waited_for_a_database_that_was_away_are_not_taken_for_a_clock(world: World) -> None:
    await world.open()
    world.now += timedelta(seconds=60)
    await world.open(subject="Another one")
    world.now += timedelta(seconds=30)
    with world.database.begin() as connection:  # both were recorded when it came back
        connection.execute(update(tables.tickets).values(recorded_at=world.now))
    assert "clock-skew" not in await codes(world)
    with world.database.begin() as connection:  # and so does a clock that is ahead make them
        for row in connection.execute(select(tables.tickets.c.id, tables.tickets.c.opened_at)).all():
            late = row.opened_at + timedelta(seconds=53)
            connection.execute(update(tables.tickets).where(tables.tickets.c.id == row.id).values(recorded_at=late))
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "clock-skew"]
    assert "recorded 53.0 s after it happened" in finding["meaning"]
    assert "or each recording waits for the database" in finding["meaning"]


async def test_a_secret_that_is_missing_is_named_and_none_is_made(world: World, tmp_path: Path) -> None:
    (tmp_path / "secret").unlink()
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "secret-missing"]
    assert "Do not start anything anew" in finding["do"]
    assert "first start" not in finding["detail"]
    assert not (tmp_path / "secret").exists()


async def test_while_engine_and_database_are_away_the_rest_is_still_told(tmp_path: Path, world: World) -> None:
    nowhere = Database(f"sqlite:///{tmp_path / 'nowhere' / 'escalade.db'}")
    report = await examine(Subject(nowhere, None, "not reached", Settings(home=tmp_path), world.now))
    assert {one.code for one in report.findings} - {"disk-full"} == {"engine-away", "database-away"}
    standing = {part.name: str(part.severity) for part in report.parts}
    assert standing["clocks"] == standing["stuck"] == standing["workers"] == "unknown"
    assert "disk" in next(part for part in report.parts if part.name == "machine").seen.said.words("en")


async def test_texts_that_should_be_gone_and_people_who_wait_to_be_erased_are_told(world: World) -> None:
    await world.open()
    asked = await world.post(
        "manager", "/v1/organisations/acme/contacts/anna/erasure", {"dry_run": False, "confirm": "anna"}
    )
    assert asked.status_code == 202
    with world.database.begin() as connection:
        connection.execute(update(tables.tickets).values(texts_until=world.now))
    world.now += timedelta(minutes=50)
    assert not {"retention-overdue", "erasure-unfinished"} & await codes(world)  # the next sweep takes them
    world.now += timedelta(hours=6)
    assert {"retention-overdue", "erasure-unfinished"} <= await codes(world)


async def test_alerts_that_nobody_carries_out_and_messages_that_nobody_matches_are_told(world: World) -> None:
    world.engine.away = True
    alert = {"status": "firing", "labels": {"client": "ACME", "service": "x"}, "fingerprint": "f1"}
    at = f"{world.now:%Y-%m-%dT%H:%M:%SZ}"
    posted = await world.post("integrator", "/v1/monitors/alertmanager", {"alerts": [{**alert, "startsAt": at}]})
    assert posted.status_code == 202, posted.text
    world.engine.away = False
    mail = {"channel": "email", "from": "nobody@acme.example", "subject": "Printer", "text": "It is broken."}
    assert (await world.post("level1", "/v1/messages", mail)).status_code == 422
    assert not {"alerts-pending", "messages-unmatched"} & await codes(world)
    world.now += timedelta(minutes=6)
    assert "alerts-pending" in await codes(world)
    world.now += timedelta(hours=4)
    assert "messages-unmatched" in await codes(world)


async def test_an_installation_without_a_mail_server_is_warned_and_a_demo_is_told_where_its_mails_go(
    world: World, tmp_path: Path
) -> None:
    assert "mail-server-missing" not in await codes(world)
    outbox = next(part["said"] for part in (await told(world))["parts"] if part["name"] == "outbox")
    assert "writes mails to its log only" in outbox
    (tmp_path / "demo.json").unlink()  # started with --no-demo
    assert "mail-server-missing" in await codes(world)
    ours = world.app.state.context
    ours.settings = ours.settings.model_copy(update={"temporal_address": "cluster.example:7233"})
    assert "mail-server-missing" in await codes(world)
    ours.settings = ours.settings.model_copy(update={"smtp_host": "mail.example"})
    assert "mail-server-missing" not in await codes(world)


async def test_a_database_that_takes_long_for_one_row_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "database-slow" not in await codes(world)
    monkeypatch.setattr("api.operations.probes.database.SLOW", 0.0)  # whatever it takes is too long now
    assert "database-slow" in await codes(world)


class Refusing(FakeEngine):
    """It is well, and one of its answers is a failure of its own."""

    async def failing(self, late: Iterable[str], limit: int, newest: int = 0) -> list[Failing]:
        raise EngineBusy("its own disk is full")


async def test_a_part_that_is_hidden_says_the_true_reason_where_the_engine_is_well(
    world: World, tmp_path: Path
) -> None:
    engine = Refusing(world.database, lambda: world.now)
    report = await examine(Subject(world.database, engine, "", Settings(home=tmp_path), world.now))
    said = {part.name: part.seen.said.words("en") for part in report.parts}
    assert said["engine"].startswith("Temporal 1")
    assert "its own disk is full" in said["stuck"]
    assert "engine is away" not in said["stuck"]


class Hanging(FakeEngine):
    """It takes calls and answers none."""

    async def vitals(self) -> Any:
        await asyncio.Event().wait()

    async def command(self, ticket: str, command: Command) -> Receipt:
        raise NotImplementedError  # an examination gives no command: one would fail the test that sends it


async def test_an_engine_that_hangs_holds_up_nothing_else(world: World, tmp_path: Path) -> None:
    engine = Hanging(world.database, lambda: world.now)
    subject = Subject(world.database, engine, "", Settings(home=tmp_path), world.now)
    report = await examine(subject, patience=2)
    (finding,) = [one for one in report.findings if one.code == "engine-away"]
    assert "no answer within 2 s" in finding.detail
    assert next(str(part.severity) for part in report.parts if part.name == "database") == "well"


async def test_a_part_that_takes_long_is_not_told_as_a_database_that_is_away(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def long(_: Subject) -> Seen:
        await asyncio.Event().wait()
        raise AssertionError("nobody waits for so long")

    monkeypatch.setitem(PROBES, "agreements", (long, "database-away"))
    subject = Subject(world.database, world.engine, "", Settings(home=tmp_path), world.now)
    report = await examine(subject, patience=2)
    (late,) = [part for part in report.parts if part.name == "agreements"]
    assert str(late.severity) == "unknown"
    assert late.seen.said.words("en") == "cannot be looked at: no answer within 2 s"


async def test_whatever_can_be_found_is_in_the_guide() -> None:
    source = "".join(path.read_text() for path in (Path(__file__).parents[3] / "api" / "operations").rglob("*.py"))
    for code in GUIDES:
        assert f'"{code}"' in source.replace(f'"{code}": Guide', ""), code


async def test_a_key_that_is_missing_for_what_is_sealed_is_named(world: World) -> None:
    world.engine.sealed = {"2025": 3, "2026": 40}
    ours = world.app.state.context
    ours.settings = ours.settings.model_copy(update={"codec_keys": SecretStr(f"2026:{'22' * 32}")})
    (finding,) = [one for one in (await told(world))["findings"] if one["code"] == "codec-key-missing"]
    assert '"2025"' in finding["meaning"]
    assert "3 of those looked at" in finding["meaning"]
    assert "behind the newest one" in finding["do"]
    ours.settings = ours.settings.model_copy(update={"codec_keys": SecretStr(f"2026:{'22' * 32},2025:{'11' * 32}")})
    assert "codec-key-missing" not in await codes(world)


async def test_a_worker_that_lacks_a_key_is_told_as_that_and_not_as_a_stuck_ticket(world: World) -> None:
    why = str(await cannot_open())
    world.engine.stuck = [Failing("ticket-K7M39QX24T", "K7M39QX24T", "workflow task", 9, "unhandled_failure", why)]
    (finding,) = [one for one in (await told(world))["findings"] if one["part"] == "stuck"]
    assert (finding["code"], finding["tickets"]) == ("codec-key-missing", ["K7M39QX24T"])
    assert '"2025"' in finding["meaning"]


async def cannot_open() -> PayloadSealed:
    """What a process says that lacks the key."""
    (payload,) = await Codec({"2025": b"1" * 32}).encode([Payload(data=b"{}")])
    with pytest.raises(PayloadSealed) as refused:
        await Codec({"2026": b"2" * 32}).decode([payload])
    return refused.value
