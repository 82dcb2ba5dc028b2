"""The catalogue of products: their versions, the lines that these belong to, and what organisations have registered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant, Model
from domain.commands import Product
from domain.words import Stage
from store import listing
from store import tables as t
from store.database import Database
from store.keyset import Keyset
from store.listing import equal, page

MOST = listing.MOST
"""Versions or registrations on a page, at most."""

_V, _R = t.product_versions.c, t.registered_products.c


class Version(Model):
    """A version of a product. `line` names the versions that are supported together: 11 for 11.8.4."""

    product: str
    version: str
    line: str
    stage: Stage = Stage.released
    released_at: Instant
    end_of_life_at: Instant | None = None


class Registration(Model):
    """A product that an organisation has registered, with its serial number."""

    organisation: str
    product: str
    serial: str
    registered_at: Instant


class VersionOrder(StrEnum):
    """By the time of the release, the newest or the oldest first; or by name."""

    newest = "newest"
    oldest = "oldest"
    name = "name"


_ORDERS = {
    VersionOrder.newest: Keyset("newest", (_V.released_at, _V.product, _V.version), downwards=True),
    VersionOrder.oldest: Keyset("oldest", (_V.released_at, _V.product, _V.version)),
    VersionOrder.name: Keyset("name", (_V.product, _V.version)),
}
_REGISTERED = Keyset("registered", (_R.product, _R.serial))


class VersionFilter(Model):
    """Everything given must hold."""

    product: str | None = None
    line: str | None = None
    stage: Stage | None = None


def save_version(db: Database, version: Version) -> None:
    """Adds it to the catalogue, or replaces what is said of it."""
    with db.begin() as connection:
        _write(connection, version, replace=True)


def released(connection: Connection, product: str, version: str, line: str | None, at: datetime) -> None:
    """A release adds its version to the catalogue, in the caller's transaction; what is said of it already stays."""
    known = _line_of(_of_product(connection, product), version)
    line = known or line or version.split(".")[0]
    _write(connection, Version(product=product, version=version, line=line, released_at=at), replace=False)


def version(db: Database, product: str, named: str) -> Version | None:
    """That version of the product."""
    with db.read() as connection:
        query = select(t.product_versions).where(_V.product == product, _V.version == named)
        row = connection.execute(query).mappings().first()
    return Version.model_validate(dict(row)) if row else None


def versions(
    db: Database,
    wanted: VersionFilter,
    order: VersionOrder = VersionOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Version], str | None]:
    """One page of the catalogue, and the cursor of the next. ValueError for another list's cursor."""
    query = select(t.product_versions)
    query = query.where(*equal(t.product_versions, wanted, "product", "line", "stage"))
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [Version.model_validate(row) for row in rows], following


def register(db: Database, registration: Registration) -> None:
    """Registers the product; the same one again changes nothing. IntegrityError for an unknown organisation."""
    dialect: Any = sqlite if db.sqlite else postgresql
    with db.begin() as connection:
        insert = dialect.insert(t.registered_products).values(dict(registration))
        connection.execute(insert.on_conflict_do_nothing(index_elements=["organisation", "product", "serial"]))


def withdraw(db: Database, organisation: str, product: str, serial: str) -> bool:
    """Takes the registration back; False when there is none."""
    which = (_R.organisation == organisation, _R.product == product, _R.serial == serial)
    with db.begin() as connection:
        return connection.execute(delete(t.registered_products).where(*which)).rowcount > 0


def registrations(
    db: Database, organisation: str, cursor: str | None = None, limit: int = 50
) -> tuple[list[Registration], str | None]:
    """One page of what the organisation has registered, by product and serial number, and the next cursor."""
    query = select(t.registered_products).where(_R.organisation == organisation)
    rows, following = page(db, query, _REGISTERED, cursor, limit)
    return [Registration.model_validate(row) for row in rows], following


def registration(db: Database, organisation: str, product: str, serial: str) -> Registration | None:
    """That registration."""
    query = select(t.registered_products).where(
        _R.organisation == organisation, _R.product == product, _R.serial == serial
    )
    with db.read() as connection:
        row = connection.execute(query).mappings().first()
    return Registration.model_validate(dict(row)) if row else None


def has_registered(db: Database, organisation: str) -> bool:
    """Whether the organisation has registered any product."""
    query = select(_R.product).where(_R.organisation == organisation).limit(1)
    with db.read() as connection:
        return connection.execute(query).first() is not None


def known(
    db: Database, organisation: str, name: str, version: str | None, serial: str | None, now: datetime
) -> Product:
    """A product as it was named, whatever its case, with what the catalogue and the registrations say of it now.

    `rank` counts the newer lines, not their patches (OL-20). A version that the catalogue does not have counts as one
    of the line that its number begins with; of one without a line nothing is known.
    """
    with db.read() as connection:
        lines = _of_product(connection, name)
        query = select(_R.serial).where(
            _R.organisation == organisation, func.lower(_R.product) == name.lower(), *_same(_R.serial, serial)
        )
        registered = connection.execute(query.limit(1)).first() is not None
    product = Product(name=name, version=version, serial=serial, registered=registered)
    line = _line_of(lines, version) if version is not None else None
    if line is None:
        return product
    same = [row for row in lines if row.line == line]
    own = next((row for row in same if row.version == version), None)
    ends = [own.end_of_life_at] if own is not None else [row.end_of_life_at for row in same]
    return product.model_copy(
        update={
            "stage": Stage(own.stage) if own is not None else None,
            "rank": _rank(lines, line, now),
            "end_of_life": all(at is not None and at <= now for at in ends),
        }
    )


def _rank(versions: Iterable[Row[Any]], line: str, now: datetime) -> int | None:
    """How many lines are newer; a line is as old as its first version that was released to everybody."""
    began: dict[str, datetime] = {}
    for row in versions:
        if row.stage == Stage.released and row.released_at <= now:
            began[row.line] = min(row.released_at, began.get(row.line, row.released_at))
    here = began.get(line)
    return None if here is None else sum(1 for at in began.values() if at > here)


def _line_of(versions: Iterable[Row[Any]], version: str) -> str | None:
    """The line of a version: the catalogue's, or the longest that its number begins with."""
    lines: set[str] = set()
    for row in versions:
        if row.version == version:
            return str(row.line)
        lines.add(row.line)
    begun = [line for line in lines if version == line or version.startswith(f"{line}.")]
    return max(begun, key=len, default=None)


def _of_product(connection: Connection, product: str) -> list[Row[Any]]:
    query = select(t.product_versions).where(func.lower(_V.product) == product.lower())
    return list(connection.execute(query.order_by(_V.released_at, _V.version)))


def _same(column: ColumnElement[str], value: str | None) -> list[ColumnElement[bool]]:
    return [] if value is None else [column == value]


def _write(connection: Connection, version: Version, *, replace: bool) -> None:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dict(version) | {"stage": str(version.stage)}
    insert = dialect.insert(t.product_versions).values(row)
    keys = ["product", "version"]
    if not replace:
        connection.execute(insert.on_conflict_do_nothing(index_elements=keys))
        return
    others = {name: insert.excluded[name] for name in row if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=others))
