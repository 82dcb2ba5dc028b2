"""The provider's services: their directory, their interruptions (which are tickets), their planned maintenance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, Select, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.availability import Outage
from domain.base import Instant, Model
from domain.maintenance import Window
from domain.messages import Message
from domain.messages.maintenance import Reader
from store import listing, outbox
from store import tables as t
from store.database import Database
from store.keyset import Keyset
from store.listing import page

MOST = listing.MOST
"""Services or windows on a page, at most."""


class Service(Model):
    """A service of ours under an agreement. `monitor` is how monitors name it.

    `organisation`: whose tickets its alerts are where they name no client.
    """

    id: str
    name: str
    agreement: str
    monitor: str
    organisation: str | None = None


class Taken(Exception):
    """Another service has that name in monitors."""


class OtherRequest(Exception):
    """A window was planned under this id by another request."""


class Order(StrEnum):
    """Orders of the list of windows: by their beginning, the next one or the last one first."""

    starts_at = "starts_at"
    newest = "newest"


_WINDOWS = {
    Order.starts_at: Keyset("starts_at", (t.maintenance_windows.c.starts_at, t.maintenance_windows.c.id)),
    Order.newest: Keyset("newest", (t.maintenance_windows.c.starts_at, t.maintenance_windows.c.id), downwards=True),
}
_SERVICES = Keyset("id", (t.services.c.id,))


class WindowFilter(Model):
    """Everything given must hold. `agreements` None: of any. `from_at`, `to_at`: windows that touch this time."""

    service: str | None = None
    agreements: frozenset[str] | None = None
    from_at: Instant | None = None
    to_at: Instant | None = None
    forced: bool | None = None
    cancelled: bool | None = None


# --- services


def save_service(db: Database, service: Service) -> None:
    """Adds it, or replaces the one with that id. `Taken` when another one is known to monitors by the same name."""
    dialect: Any = sqlite if db.sqlite else postgresql
    row = service.model_dump() | {"organisation": service.organisation}
    with db.begin() as connection:
        same = select(t.services.c.id).where(t.services.c.monitor == service.monitor, t.services.c.id != service.id)
        if connection.execute(same).first() is not None:
            raise Taken(service.monitor)
        statement = dialect.insert(t.services).values(row)
        others = {name: statement.excluded[name] for name in row if name != "id"}
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=others))


def service(db: Database, service_id: str) -> Service | None:
    """That service."""
    return _service(db, t.services.c.id == service_id)


def monitored_as(db: Database, name: str) -> Service | None:
    """The service that monitors call so."""
    return _service(db, t.services.c.monitor == name)


def services(
    db: Database, agreements: frozenset[str] | None = None, cursor: str | None = None, limit: int = 50
) -> tuple[list[Service], str | None]:
    """One page by id, of these agreements or of all, and the next cursor. ValueError for another list's cursor."""
    query = select(t.services)
    if agreements is not None:
        query = query.where(t.services.c.agreement.in_(sorted(agreements)))
    rows, following = page(db, query, _SERVICES, cursor, limit)
    return [Service.model_validate(dict(row)) for row in rows], following


def _service(db: Database, condition: Any) -> Service | None:
    with db.read() as connection:
        row = connection.execute(select(t.services).where(condition)).mappings().one_or_none()
    return Service.model_validate(dict(row)) if row else None


def outages(db: Database, service_id: str, begin: datetime, end: datetime) -> list[Outage]:
    """The interruptions of the service that touch this time, oldest first."""
    table = t.tickets
    query = (
        select(table.c.id, table.c.organisation, table.c.down_since, table.c.up_at, table.c.fault)
        .where(table.c.service == service_id, table.c.down_since < end)
        .where(or_(table.c.up_at.is_(None), table.c.up_at > begin))
        .order_by(table.c.down_since, table.c.id)
    )
    with db.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Outage(
            ticket=row["id"],
            organisation=row["organisation"],
            down_since=row["down_since"],
            up_at=row["up_at"],
            fault=row["fault"],
        )
        for row in rows
    ]


# --- maintenance windows


def window(db: Database, window_id: str) -> Window | None:
    """That window, cancelled or not."""
    with db.read() as connection:
        row = connection.execute(_of(window_id)).mappings().one_or_none()
    return _window(row) if row else None


def windows(
    db: Database, wanted: WindowFilter, order: Order = Order.starts_at, cursor: str | None = None, limit: int = 50
) -> tuple[list[Window], str | None]:
    """One page of windows, and the cursor of the next. ValueError for a cursor of another list."""
    rows, following = page(db, _wanted(wanted), _WINDOWS[order], cursor, limit)
    return [_window(row) for row in rows], following


def standing(db: Database, service_id: str, begin: datetime, end: datetime) -> list[Window]:
    """Every window of the service that touches this time and was not cancelled, in order."""
    query = _wanted(WindowFilter(service=service_id, from_at=begin, to_at=end, cancelled=False))
    with db.read() as connection:
        rows = connection.execute(query.order_by(t.maintenance_windows.c.starts_at)).mappings().all()
    return [_window(row) for row in rows]


def plan(
    db: Database,
    service_id: str,
    window_id: str,
    digest: str,
    decide: Callable[[list[Window]], tuple[Window, list[Message]]],
    now: datetime,
) -> tuple[Window, bool]:
    """Keeps the window that `decide` makes of those that stand, with its messages, in one transaction.

    The window and whether the same request had planned it before. `OtherRequest` when another one had; what `decide`
    raises passes, and nothing is kept.
    """
    with db.begin() as connection:
        # Two windows planned at once come one after the other, or both would find the month's time still free.
        connection.execute(select(t.services.c.id).where(t.services.c.id == service_id).with_for_update())
        known = connection.execute(_of(window_id)).mappings().one_or_none()
        if known is not None:
            if known["digest"] != digest:
                raise OtherRequest(window_id)
            return _window(known), True
        query = _wanted(WindowFilter(service=service_id, cancelled=False))
        made, messages = decide([_window(row) for row in connection.execute(query).mappings()])
        connection.execute(insert(t.maintenance_windows).values({**dict(made), "digest": digest}))
        outbox.add(connection, messages, now)
    return made, False


def cancel(
    db: Database, window_id: str, decide: Callable[[Window], tuple[Window, list[Message]]], now: datetime
) -> Window:
    """Keeps the window as `decide` cancels it, with its messages. Announcements that did not go out yet never do."""
    with db.begin() as connection:
        row = connection.execute(_of(window_id).with_for_update()).mappings().one()
        made, messages = decide(_window(row))
        table = t.maintenance_windows
        connection.execute(update(table).where(table.c.id == window_id).values(dict(made)))
        outbox.withdraw(connection, f"maintenance:{window_id}:maintenance_planned:")
        outbox.add(connection, messages, now)
    return made


def readers(db: Database, agreement: str, now: datetime) -> list[Reader]:
    """Whom maintenance is announced to: of every organisation with a valid contract, its administrators.

    Where it has none its key users, or else whoever it has; always the representative that the contract names.
    """
    c = t.contracts.c
    valid = select(c.organisation, c.client_representative).where(
        c.agreement == agreement, c.valid_from <= now, or_(c.valid_to.is_(None), c.valid_to > now)
    )
    with db.read() as connection:
        contracts = connection.execute(valid).all()
        organisations = {row.organisation for row in contracts}
        query = select(t.contacts).where(t.contacts.c.organisation.in_(sorted(organisations))).order_by(t.contacts.c.id)
        contacts = connection.execute(query).mappings().all()
    named = {row.client_representative for row in contracts}
    told = [one for one in contacts if one["id"] in named or one["role"] == _first_role(contacts, one["organisation"])]
    return [Reader(contact=one["id"], language=one["language"]) for one in told]


def _first_role(contacts: Iterable[RowMapping], organisation: str) -> str | None:
    roles = {one["role"] for one in contacts if one["organisation"] == organisation}
    return next((role for role in ("administrator", "key_user", "end_user") if role in roles), None)


def _of(window_id: str) -> Select[Any]:
    return select(t.maintenance_windows).where(t.maintenance_windows.c.id == window_id)


def _window(row: Mapping[Any, Any]) -> Window:
    return Window.model_validate({name: row[name] for name in Window.model_fields})


def _wanted(wanted: WindowFilter) -> Select[Any]:
    c = t.maintenance_windows.c
    query = select(t.maintenance_windows)
    if wanted.service is not None:
        query = query.where(c.service == wanted.service)
    if wanted.agreements is not None:
        query = query.join(t.services, t.services.c.id == c.service)
        query = query.where(t.services.c.agreement.in_(sorted(wanted.agreements)))
    if wanted.from_at is not None:
        query = query.where(c.ends_at > wanted.from_at)
    if wanted.to_at is not None:
        query = query.where(c.starts_at < wanted.to_at)
    if wanted.forced is not None:
        query = query.where(c.forced.is_not(None) if wanted.forced else c.forced.is_(None))
    if wanted.cancelled is not None:
        query = query.where(c.cancelled_at.is_not(None) if wanted.cancelled else c.cancelled_at.is_(None))
    return query
