"""What a drill does to a demo's database: it can be mended as the runbook says, and is put back whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from store import drilling, vital
from store.database import Database
from store.migrating import MigrationFailed
from store.tables import erasures, organisations
from tests.factories import MONDAY


@pytest.fixture
def demo(tmp_path: Path, migrated_sqlite: Path) -> Database:
    file = tmp_path / "escalade.db"
    file.write_bytes(Path(migrated_sqlite).read_bytes())
    return Database(f"sqlite:///{file}")


def ask_for_an_erasure(demo: Database, at: datetime) -> None:
    asked = {"contact": "anna", "organisation": "acme", "role": "manager", "by": "max", "asked_at": at}
    with demo.begin() as connection:
        connection.execute(insert(organisations).values(id="acme", name="ACME", language="en", aliases="[]"))
        connection.execute(insert(erasures).values(**asked, tickets=3, done=1, counts="{}"))


@pytest.mark.parametrize("mended", [True, False])
def test_a_schema_that_is_behind_can_be_mended_as_the_runbook_says_and_comes_back_with_its_rows(
    demo: Database, mended: bool
) -> None:
    ask_for_an_erasure(demo, MONDAY)
    before = drilling.spoil(demo, drilling.Value.revision)
    assert vital.schema(demo).there != vital.schema(demo).wanted
    if mended:
        demo.upgrade()
    drilling.put_back(demo, drilling.Value.revision, before)
    assert vital.schema(demo).there == vital.schema(demo).wanted
    with demo.read() as connection:
        assert connection.execute(select(erasures.c.contact, erasures.c.asked_at)).all() == [("anna", MONDAY)]


@pytest.mark.parametrize(
    ("revision", "advice"), [("0001", "restore the database from the backup"), ("9999", "comes from a newer version")]
)
def test_a_migration_that_is_refused_says_where_it_stands_and_what_to_do(
    demo: Database, revision: str, advice: str
) -> None:
    with demo.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    with pytest.raises(MigrationFailed, match=f"from revision {revision} .*{advice}") as refused:
        demo.upgrade()
    assert "\n" not in str(refused.value)
