"""The lists of the store, each beside the bare query that gives the same rows: SQL by hand, said to the bare driver.

The bare side is the driver's cursor on a connection that is open already, the statement prepared, its rows fetched as
tuples: no pool, no names, no objects. What a list adds is all that makes of it what a page can show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from bench.desk import NOW
from domain.words import Status
from store import board, load, promises, tickets
from store.board import Team
from store.database import Database
from store.figures import GRACE, figures
from store.paging import KEYS, Order
from store.promises import PromiseFilter
from store.search import looked_for
from store.ticket_filter import TicketFilter

OPEN = "status IN ('new', 'open', 'waiting', 'resolved')"
QUEUE = "ORDER BY queue_rank, promise_due, id LIMIT 51"
PROMISED = "kind IN ('resolution', 'response', 'update')"
_PROMISE = (
    "SELECT c.ticket, c.number, c.kind, c.severity, c.level, c.started_at, c.due, c.missed_due, c.ended_at, c.late,"
    ' c.body, t.subject, t.organisation, t.agreement, t."group", t.assignee'
    " FROM clocks c JOIN tickets t ON t.id = c.ticket"
)
_SUMS = (
    "SELECT t.organisation, t.agreement, count(*) FROM clocks c JOIN tickets t ON t.id = c.ticket"
    f" WHERE c.{PROMISED} AND %s GROUP BY 1, 2"
)
_STANDING = f"SELECT agreement, status, level, severity, count(*) FROM tickets WHERE {OPEN} GROUP BY 1, 2, 3, 4"
_COUNTED = (
    "SELECT count(*), min(next_due) FROM tickets WHERE next_due < %(late)s",
    "SELECT count(*), min(placed_at) FROM alert_episodes"
    " WHERE report IS NOT NULL AND outcome = 'pending' AND ended_at IS NULL",
    "SELECT count(*), min(received_at) FROM unmatched_messages WHERE settled_at IS NULL",
    "SELECT count(*), min(texts_until) FROM tickets WHERE texts_until <= %(now)s",
    "SELECT asked_at, failure FROM erasures WHERE ended_at IS NULL ORDER BY asked_at",
    "SELECT way, count(*) FILTER (WHERE state = 'pending'), min(coalesce(resent_at, created_at))"
    " FILTER (WHERE state = 'pending' AND (held_until IS NULL OR held_until <= %(now)s)),"
    " count(*) FILTER (WHERE state = 'pending' AND attempts > 0), count(*) FILTER (WHERE state = 'failed')"
    " FROM outbox WHERE state IN ('pending', 'failed') GROUP BY 1",
    _STANDING,
)
"""What operations watch, the last as the one that is compared."""
_AFTER = "\U0010ffff"


class Listed(NamedTuple):
    """A list: how it is asked, the bare queries of it, and what tells that both give the same (of answer, of rows)."""

    what: str
    answer: Callable[[], Any]
    bare: list[tuple[str, dict[str, Any]]]
    same: tuple[Callable[[Any], Any], Callable[[list[Any]], Any]]


def _ids(page: Any) -> list[str]:
    return [row.id for row in page.tickets]


def _first(rows: list[Any]) -> list[str]:
    return [row[0] for row in rows[:50]]


def _promised(found: Iterable[Any]) -> list[tuple[str, int]]:
    return [(one.ticket, one.number) for one in found]


def lists(db: Database) -> Iterable[Listed]:
    """What people look at all day."""
    middle = tickets.find(db, TicketFilter(open=True), Order.queue, limit=200)
    assert middle.next is not None
    place = KEYS[Order.queue].place(middle.next)
    fifty = [row.id for row in middle.tickets[:50]]
    month = {"since": NOW - timedelta(days=30), "until": NOW + timedelta(days=1)}
    ahead = {"since": NOW, "until": NOW + timedelta(hours=2)}
    day = {"now": NOW, "end_of_day": NOW + timedelta(hours=9)}

    def found(what: str, wanted: TicketFilter, order: Order, sql: str, cursor: str | None = None, **values: Any) -> Any:
        bare = [(f"SELECT * FROM tickets {sql}", values)]
        return Listed(what, lambda: tickets.find(db, wanted, order, cursor), bare, (_ids, _first))

    def queue(what: str, sql: str = "", cursor: str | None = None, values: Any = None, **wanted: Any) -> Any:
        where = f"WHERE {OPEN} {sql} {QUEUE}"
        return found(what, TicketFilter(open=True, **wanted), Order.queue, where, cursor, **(values or wanted))

    def search(what: str, words: str, sql: str, order: Order, *, open_: bool = False) -> Any:
        said = {f"word{n}": word for n, word in enumerate(looked_for(words))}
        having = " AND ".join(
            f"id IN (SELECT ticket FROM ticket_words WHERE word ~>=~ %({name})s AND word ~<~ %({name}_)s)"
            for name in said
        )
        values = said | {f"{name}_": word + _AFTER for name, word in said.items()}
        walked = f"SELECT id FROM tickets WHERE {f'{OPEN} AND' if open_ else ''} {having} {sql}"
        where = f"WHERE id IN ({walked}) {sql}"
        return found(what, TicketFilter(search=words, open=open_), order, where, **values)

    newest, changed = "ORDER BY opened_at DESC, id DESC LIMIT 51", "ORDER BY updated_at DESC, id DESC LIMIT 51"
    yield queue("queue: mine", "AND assignee = %(assignee)s", assignee="staff-7")
    yield queue(
        "queue: my team's", 'AND level = %(level)s AND "group" = %(group)s', level="consulting", group="logistics"
    )
    yield queue("queue: a level's", "AND level = %(level)s", level="rnd")
    yield queue("queue: unassigned", "AND assignee IS NULL", values={"none": 0}, assignee="")
    yield queue("queue: everything")
    yield queue(
        "queue: a later page",
        "AND (queue_rank, promise_due, id) > (%(after_0)s, %(after_1)s, %(after_2)s)",
        middle.next,
        place,
    )
    counted = (
        "SELECT count(*), sum(CASE WHEN assignee IS NULL THEN 1 ELSE 0 END),"
        " sum(CASE WHEN assignee = %(who)s THEN 1 ELSE 0 END), sum(CASE WHEN level = %(level)s THEN 1 ELSE 0 END)"
        f" FROM tickets WHERE {OPEN}"
    )
    yield Listed(
        "queue: counts",
        lambda: board.counts(db, "staff-7", Team(level="support")),
        [(counted, {"who": "staff-7", "level": "support"})],
        (lambda one: (one.everything, one.unassigned, one.mine, one.team), lambda rows: tuple(map(int, rows[0]))),
    )
    yield Listed(
        "queue: clocks of a page",
        lambda: board.live_clocks(db, fifty),
        [
            (
                "SELECT ticket, body FROM clocks WHERE ticket = ANY(%(ids)s) AND verdict IS NULL ORDER BY 1, number",
                {"ids": fifty},
            )
        ],
        (lambda found: sum(map(len, found.values())), len),
    )
    yield Listed(
        "stream: what changed",
        lambda: board.changed(db, NOW + timedelta(minutes=590)),
        [
            (
                'SELECT id, version, status, level, "group", assignee, organisation, recorded_at FROM tickets'
                " WHERE recorded_at > %(since)s ORDER BY recorded_at, id",
                {"since": NOW + timedelta(minutes=590)},
            )
        ],
        (lambda found: [one.id for one in found], lambda rows: [row[0] for row in rows]),
    )
    client = {"organisation": "client-9"}
    of_client = "WHERE organisation = %(organisation)s"
    yield found("a client's tickets", TicketFilter(**client), Order.opened_at, f"{of_client} {newest}", **client)
    yield queue("a client's open ones", "AND organisation = %(organisation)s", organisation="client-9")
    yield found(
        "a client's own list", TicketFilter(**client), Order.awaiting,
        f"{of_client} ORDER BY client_rank, promise_due, id LIMIT 51", **client,
    )  # fmt: skip
    yield found("newest tickets", TicketFilter(), Order.opened_at, newest)
    yield found(
        "closed ones, latest change", TicketFilter(status=(Status.closed,)), Order.updated,
        f"WHERE status = 'closed' {changed}",
    )  # fmt: skip
    yield search("search: two words", "gate firmw", changed, Order.updated)
    yield search("search: words of the open", "camera lice", QUEUE, Order.queue, open_=True)
    yield search("search: client and word", "client-9 badge", changed, Order.updated)
    yield Listed(
        "overview: about to be missed",
        lambda: promises.due_soon(db, PromiseFilter(), NOW, ahead["until"]),
        [
            (
                f"{_PROMISE} WHERE c.verdict IS NULL AND c.due >= %(since)s AND c.due < %(until)s AND c.{PROMISED}"
                " ORDER BY c.due, c.ticket, c.number LIMIT 50",
                ahead,
            )
        ],
        (_promised, lambda rows: [row[:2] for row in rows]),
    )
    yield Listed(
        "overview: missed",
        lambda: promises.missed(db, PromiseFilter(), month["since"], month["until"], NOW),
        [
            (
                f"{_PROMISE} WHERE c.missed_due >= %(since)s AND c.missed_due < %(until)s AND c.{PROMISED}"
                " ORDER BY c.missed_due DESC, c.ticket DESC, c.number DESC LIMIT 51",
                month,
            )
        ],
        (lambda page: _promised(page.promises), lambda rows: [row[:2] for row in rows[:50]]),
    )
    kept = "c.ended_at >= %(since)s AND c.ended_at < %(until)s AND c.verdict = 'met'"
    late = "c.missed_due >= %(since)s AND c.missed_due < %(until)s"
    yield Listed(
        "overview: shares kept",
        lambda: promises.kept(db, PromiseFilter(), **month),
        [(_SUMS.replace("%s", kept), month), (_SUMS.replace("%s", late), month)],
        (lambda found: sum(one.missed for one in found), lambda rows: sum(row[2] for row in rows)),
    )
    yield Listed(
        "overview: load",
        lambda: load.load(db, day["now"], day["end_of_day"]),
        [
            (
                'SELECT level, "group", assignee, count(*), sum(CASE WHEN promise_due < %(end_of_day)s THEN 1 ELSE 0'
                " END), sum(CASE WHEN promise_due < %(now)s THEN 1 ELSE 0 END)"
                f' FROM tickets WHERE {OPEN} GROUP BY 1, 2, 3 ORDER BY level, "group", assignee',
                day,
            )
        ],
        (lambda found: [(one.assignee, one.open) for one in found], lambda rows: [(row[2], row[3]) for row in rows]),
    )
    at = {"now": NOW, "late": NOW - GRACE}
    yield Listed(
        "operations: everything counted",
        lambda: figures(db, NOW),
        [(statement, at) for statement in _COUNTED],
        (lambda found: sum(one.number for one in found.open), lambda rows: sum(row[4] for row in rows)),
    )
