"""Who came and went, which keys were made, and what was refused to whom."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.access.audit_log import AuditEntry, Wanted, list_audit
from api.access.auth import Caller
from api.board import filtering
from api.board.filtering import Filter
from api.board.listing import list_page
from api.board.tables import Cell, Section
from api.board.words import ROLES
from api.context import Context, Now, Ours
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.language import PageLanguage
from store import directory, names
from store.audit import AuditOrder

router = APIRouter(include_in_schema=False)
OUTCOMES = {"done": _("done"), "refused": _("refused")}
ORDERS = {AuditOrder.newest: _("newest first"), AuditOrder.oldest: _("oldest first")}


@router.get("/operations/audit", operation_id="audit_page")
async def audit_page(request: Request, caller: Caller, ours: Ours, now: Now, language: PageLanguage) -> Response:
    """One page, newest first."""
    wanted = filtering.read_query(request, Wanted)
    found = await list_audit(wanted, ours, request, Response())
    heads = (_("When"), _("Who"), _("What"), _("Outcome"), _("Why"), _("Client"), _("From"), _("Trace"))
    rows = [_row(one, language) for one in found.items]
    nothing = _("Nothing of that kind was noted.") if request.query_params else _("Nothing has been noted yet.")
    return list_page(
        request, caller, language, now, _("Audit"), Section(heads, rows, nothing), following=found.next,
        filters=_filters(request, ours, language),
    )  # fmt: skip


def _row(one: AuditEntry, language: str) -> tuple[Cell, ...]:
    times = say(language, _("%(times)s times within a minute"), times=one.count) if one.count > 1 else ""
    role = say(language, ROLES[one.role]) if one.role else ""
    return (
        Cell(at=one.at, more=times),
        Cell(one.subject or say(language, _("unknown")), more=role),
        Cell(_spelled(one.operation), more=one.about or ""),
        Cell(OUTCOMES[one.outcome], say=True, chip="bad" if one.outcome == "refused" else "good"),
        Cell(_spelled(one.code or "")),
        Cell(one.organisation or ""),
        Cell(one.origin or "", number=True),
        Cell((one.trace_id or "")[:8], number=True),
    )


def _spelled(name: str) -> str:
    """An operation's or a refusal's name, as the API documents it, so that it can be read and be looked for."""
    return name.replace("_", " ")


def _filters(request: Request, ours: Context, language: str) -> list[Filter]:
    clients = [(one.id, one.name) for one in directory.organisations(ours.database)]
    return [
        filtering.choice(request, "outcome", _("Outcome"), OUTCOMES.items(), language=language),
        filtering.text(request, "operation", _("What")),
        filtering.text(request, "code", _("Why")),
        filtering.text(request, "subject", _("Who"), names.of_staff(ours.database).items()),
        filtering.choice(request, "organisation", _("Client"), clients),
        filtering.instant(request, "from_at", _("Since")),
        filtering.instant(request, "to_at", _("Until")),
        filtering.choice(request, "order", _("Order"), ORDERS.items(), language=language, standard=AuditOrder.newest),
    ]
