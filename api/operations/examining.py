"""The examination: every part at once, each within its own time; what hangs is told as hanging."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.engine.tickets import EngineAway, EngineBusy, NoRun
from api.operations.findings import Finding, Part, Report, Said, Seen, Severity
from api.operations.probes import agreements, clocks, database, engine, intake, keeping, machine, outbox, stuck, workers
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from store import vital

Probe = Callable[[Subject], Awaitable[Seen]]
log = logging.getLogger(__name__)

PATIENCE = 6.0
"""Seconds for each part: more than SQLite's writer waits for another."""
PROBES: dict[str, tuple[Probe, str]] = {
    "engine": (engine.look, "engine-away"),
    "workers": (workers.look, "engine-away"),
    "database": (database.look, "database-away"),
    "clocks": (clocks.look, "database-away"),
    "stuck": (stuck.look, "engine-away"),
    "outbox": (outbox.look, "database-away"),
    "intake": (intake.look, "database-away"),
    "agreements": (agreements.look, "database-away"),
    "keeping": (keeping.look, "database-away"),
    "machine": (machine.look, "database-away"),
}
"""By part, in the order shown: what looks at it, and the code of what is away when it cannot."""
LATE = _("cannot be looked at: no answer within %(seconds)s s")
OWNERS = {"engine": "engine-away", "database": "database-away"}


async def examine(subject: Subject, patience: float = PATIENCE) -> Report:
    """Looks at everything. Never raises: a part that cannot be looked at is a finding."""
    parts = await asyncio.gather(
        *(_look(name, probe, code, subject, patience) for name, (probe, code) in PROBES.items())
    )
    told = {one.code for part in parts for one in part.seen.findings}
    return Report(
        subject.now, tuple(_truly(part, told) for part in parts), subject.had("figures"), subject.had("vitals")
    )


def _truly(part: Part, told: set[str]) -> Part:
    """A part is hidden by something that is away only where that is told too; else its own reason is."""
    if part.seen.behind is None or part.seen.behind[0] in told:
        return part
    hidden = Said(_("cannot be looked at: %(why)s"), {"why": part.seen.behind[1][:300]})
    return replace(part, seen=Seen(hidden, unknown=True))


async def _look(name: str, probe: Probe, code: str, subject: Subject, patience: float) -> Part:
    began = time.monotonic()
    try:
        async with asyncio.timeout(patience):
            seen = await probe(subject)
    except TimeoutError:
        if OWNERS.get(name) != code:  # the part is slow, and so may a machine be: what it asks need not be away
            return Part(name, Seen(Said(LATE, {"seconds": f"{patience:g}"}), unknown=True), time.monotonic() - began)
        where = f"Temporal at {subject.settings.temporal_target}: " if code == "engine-away" else ""
        seen = _unseen(name, code, f"{where}no answer within {patience:g} s")
    except (EngineAway, EngineBusy, NoRun, RPCError) as error:
        where = f"Temporal at {subject.settings.temporal_target}"
        seen = _unseen(name, "engine-away", str(error) if where in str(error) else f"{where}: {error}")
    except SQLAlchemyError as error:
        if name != "database" and vital.lacks_schema(error):
            hidden = _("cannot be looked at: the database's schema is at another revision")
            return Part(name, Seen(Said(hidden), unknown=True), time.monotonic() - began)
        seen = _unseen(name, "database-away", str(getattr(error, "orig", None) or error))
    except Exception as error:  # a fault of ours in one probe must not hide what the others see
        log.exception("the examination of %s failed", name)
        seen = Seen(Said(_("cannot be looked at: %(why)s"), {"why": repr(error)[:300]}), unknown=True)
    return Part(name, seen, time.monotonic() - began)


def _unseen(name: str, code: str, why: str) -> Seen:
    if OWNERS.get(name) != code:  # told once, by the part that is away itself
        hidden = {
            "engine-away": _("cannot be looked at while the engine is away"),
            "database-away": _("cannot be looked at while the database is away"),
        }[code]
        return Seen(Said(hidden), unknown=True, behind=(code, why))
    meaning = {
        "engine-away": _("Temporal does not answer: no command is taken and no clock acts."),
        "database-away": _("The database does not answer: nothing can be read, and no step can be recorded."),
    }[code]
    finding = Finding(code, Severity.critical, Said(meaning), detail=why[:500])
    return Seen(Said(_("does not answer")), (finding,))
