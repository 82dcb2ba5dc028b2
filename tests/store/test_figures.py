"""What operations watch is counted from indexes of open work: the same cost whatever there was before."""

from __future__ import annotations

from store import figures as module
from store.database import Database
from store.figures import figures
from store.quick import Quick
from tests.factories import MONDAY

STANDING = {"tickets_open_standing", "tickets_by_status"}
"""SQLite takes the second, which reads the rows of open tickets too, and no others."""
NEEDED = {
    "tickets_by_next_due",
    "tickets_by_texts_until",
    "alert_episodes_unfinished",
    "unmatched_messages_unsettled",
    "erasures_unfinished",
    "outbox_by_state",
}
VALUES = {"now": MONDAY, "late": MONDAY, "of_way": "mail"}


def plans(db: Database) -> list[str]:
    """How the database goes about each query; PostgreSQL reads a table as a whole where it has no other way."""
    explain = "EXPLAIN QUERY PLAN" if db.sqlite else "EXPLAIN"
    queries = [one.query for one in vars(module).values() if isinstance(one, Quick)]
    with db.engine.connect() as connection:  # given back, it is rolled back: the setting goes with it
        if not db.sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        said = [
            query.params(VALUES).compile(connection, compile_kwargs={"literal_binds": True}).string for query in queries
        ]
        return [
            "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}"))
            for statement in said
        ]


def test_every_figure_has_an_index_of_what_is_open(db: Database) -> None:
    found = plans(db)
    for plan in found:
        assert any(name in plan for name in NEEDED | STANDING), plan
        assert "Seq Scan" not in plan
    assert sorted(name for name in NEEDED if not any(name in plan for plan in found)) == []
    assert any(name in plan for plan in found for name in STANDING)


def test_nothing_is_counted_where_nothing_is(db: Database) -> None:
    found = figures(db, MONDAY)
    assert (found.open, found.overdue, found.due, found.alerts, found.unmatched, found.texts) == ((), 0, None, 0, 0, 0)
    assert all(line.waiting == line.given_up == 0 and line.failure is None for line in found.lines)
