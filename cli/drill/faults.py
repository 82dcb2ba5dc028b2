"""The faults: each is made in a running stack of `escalade up`, and taken back from what it noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cli.client import ClientError
from cli.drill import surroundings
from cli.drill.processes import Undo, end_helper, go_on, start_helper, stop
from cli.drill.tickets import clear, spoil
from runtime.secret import FILE
from runtime.settings import Settings
from store import drilling
from store.database import Database

_HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def _everywhere(_: Settings) -> str:
    return ""


@dataclass(frozen=True)
class Fault:
    """`cause` is the code that doctor, alert and runbook have for it. `make` returns what `heal` needs.

    `noticed` is how people would report it, and does not give the cause away; `what` does. `why_not`: why it cannot be
    made in this demo; empty when it can.
    """

    name: str
    cause: str
    what: str
    noticed: str
    make: Callable[[Settings], Undo]
    heal: Callable[[Settings, Undo], None]
    why_not: Callable[[Settings], str] = _everywhere


def _lock(settings: Settings) -> Undo:
    file = settings.home.resolve() / "escalade.db"
    # Another program that writes and never commits; it gives up by itself in the end.
    undo, said = start_helper("-c", _HOLDER, str(file))
    if not said:
        raise ClientError(f"{file} could not be locked: somebody else holds it")
    return undo


def _change(value: drilling.Value) -> tuple[Callable[[Settings], Undo], Callable[[Settings, Undo], None]]:
    """One value of the database, put to what is wrong, and back."""

    def make(settings: Settings) -> Undo:
        undo: Undo = {}
        _with_database(settings, lambda database: undo.update(value=drilling.spoil(database, value)))
        return undo

    def heal(settings: Settings, undo: Undo) -> None:
        _with_database(settings, lambda database: drilling.put_back(database, value, undo["value"]))

    return make, heal


def _hide(settings: Settings) -> Undo:
    hidden = settings.home / "secret.before"
    (settings.home / FILE).rename(hidden)
    return {"hidden": str(hidden)}


def _show(settings: Settings, undo: Undo) -> None:
    if Path(undo["hidden"]).exists():
        Path(undo["hidden"]).replace(settings.home / FILE)


def _with_database(settings: Settings, act: Callable[[Database], None]) -> None:
    database = Database(settings.sqlalchemy_url)
    try:
        act(database)
    finally:
        database.close()


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault(
            "worker-stopped",
            "worker-away",
            "the worker was stopped (SIGSTOP)",
            "pages open, and no step on a ticket comes to an end",
            stop("worker"),
            go_on,
        ),
        Fault(
            "engine-stopped",
            "engine-away",
            "the Temporal server was stopped (SIGSTOP)",
            "nothing can be done on a ticket; lists and pages can be read",
            stop("temporal"),
            go_on,
        ),
        Fault(
            "database-locked",
            "database-refuses-writes",
            "another program held the database",
            "pages open, and what is done does not show on them",
            _lock,
            end_helper,
        ),
        Fault(
            "deployment-gone-wrong",
            "ticket-stuck",
            "a ticket's workflow could not read its start",
            "one ticket does not answer; the others do",
            spoil,
            clear,
        ),
        Fault(
            "agreement-edited",
            "agreement-broken",
            "the agreement olcare had lost its severities",
            "the people of one client cannot open tickets",
            *_change(drilling.Value.agreement),
        ),
        Fault(
            "deployed-without-preparation",
            "migration-missing",
            "the database was at the revision before the newest",
            "after a deployment, some of it fails and most works",
            *_change(drilling.Value.revision),
        ),
        Fault(
            "secret-lost",
            "secret-missing",
            "the installation's secret was moved away",
            "a client says that the address in the mail does not sign in any more",
            _hide,
            _show,
        ),
        Fault(
            "mail-server-full",
            "deliveries-failing",
            "the mail server had no room and refused every mail",
            "clients file tickets, and no mail tells them that we have them",
            surroundings.mail_server("refuses"),
            surroundings.own_mail_server,
        ),
        Fault(
            "mail-server-gone",
            "deliveries-failing",
            "nobody listened where the worker had its mail server",
            "since the worker was set up anew nobody has had a mail",
            surroundings.mail_server("away"),
            surroundings.own_mail_server,
        ),
        Fault(
            "disk-filled",
            "disk-full",
            "a file had taken all that was free on the disk",
            "pages open; what is done takes long, or fails",
            surroundings.fill,
            surroundings.empty,
            surroundings.why_not_filled,
        ),
        Fault(
            "clock-turned-back",
            "clock-skew",
            "the worker's clock was five minutes behind",
            "all works; people say that the times on the pages cannot be right",
            surroundings.turn_back,
            surroundings.put_right,
            surroundings.why_no_other_clock,
        ),
    )
}
