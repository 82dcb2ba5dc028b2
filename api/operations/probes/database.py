"""The database: does it answer, has it this code's schema, does it take writes, how big and how slow is it."""

from __future__ import annotations

import shlex
import time
from typing import Any

from api.operations.aside import aside
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from store import vital
from store.database import Database
from store.vital import Refusal

SLOW = 1.0
"""Seconds: a look at one row that takes longer is felt at every step."""


async def look(subject: Subject) -> Seen:
    return await aside(_looked, subject.database, await subject.refusal())


def _looked(database: Database, refusal: Refusal | None) -> Seen:
    began = time.monotonic()
    schema = vital.schema(database)
    took = time.monotonic() - began
    findings = []
    if schema.there != schema.wanted:
        meaning = _("The schema is at revision %(there)s, this code wants %(wanted)s: what is new will fail.")
        data = {"there": schema.there or "-", "wanted": schema.wanted}
        findings.append(Finding("migration-missing", Severity.critical, Said(meaning, data)))
    if took > SLOW:
        meaning = _("A look at one row took %(seconds)s s: the database is overloaded, or its disk is.")
        findings.append(Finding("database-slow", Severity.warning, Said(meaning, {"seconds": round(took, 1)})))
    if refusal is not None:
        meaning = _(
            "The database refuses writes: steps are not recorded and messages not noted as sent. What is accepted "
            "meanwhile is kept by the engine, and recorded as soon as it can be."
        )
        holder = "" if refusal.full else _who_holds(database)
        findings.append(
            Finding("database-refuses-writes", Severity.critical, Said(meaning), detail=refusal.why, command=holder)
        )
    said = _("%(kind)s, revision %(revision)s, %(size)s MB")
    measured: dict[str, Any] = {
        "kind": "SQLite" if database.sqlite else "PostgreSQL",
        "revision": schema.there or "-",
        "size": round(vital.size(database) / 1e6, 1),
    }
    return Seen(Said(said, measured), tuple(findings))


def _who_holds(database: Database) -> str:
    """The command that shows who holds it: of those named, whoever is neither API nor worker."""
    url = database.engine.url
    if database.sqlite:
        return f"fuser {shlex.quote(str(url.database))} 2>/dev/null | xargs ps -o pid,stat,etime,args -p"
    asked = (
        "select pid, usename, application_name, state, xact_start, left(query, 80) from pg_stat_activity "
        "where xact_start is not null order by xact_start"
    )
    where = url.set(drivername="postgresql", password=None).render_as_string()
    return f'psql {shlex.quote(where)} -c "{asked}"'
