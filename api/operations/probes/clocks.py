"""The clocks: what fell due and nothing has acted upon."""

from __future__ import annotations

from api.operations.aside import aside
from api.operations.findings import Finding, Said, Seen, Severity
from api.operations.subject import Subject
from api.pages.catalogue import mark as _
from store import tickets
from store.figures import GRACE

FEW = 5


async def look(subject: Subject) -> Seen:
    late_at = subject.now - GRACE
    found = await subject.figures()
    still = sum(one.number for one in found.open)
    counted = _("open tickets: %(open)s, overdue: %(overdue)s")
    if await subject.refusal() is not None:
        counted = _(
            "open tickets: %(open)s, overdue: %(overdue)s, as far as they are recorded: the database refuses writes, "
            "and the engine alone has what was accepted since"
        )
    said = Said(counted, {"open": still, "overdue": found.overdue})
    if not found.overdue or found.due is None:
        return Seen(said)
    first = await aside(tickets.overdue, subject.database, late_at, FEW)
    meaning = _("On %(number)s tickets something fell due and nothing has acted, since %(since)s at the worst.")
    data = {"number": found.overdue, "since": f"{found.due:%Y-%m-%d %H:%M} UTC"}
    late = tuple(one.id for one in first if one.next_due is not None and one.next_due < late_at)
    return Seen(said, (Finding("clocks-overdue", Severity.critical, Said(meaning, data), late),))
