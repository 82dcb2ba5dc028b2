"""The hour account in SQL: packages that were sold, what tickets have taken from them, and how both came about.

Two tickets that want the last hour at the same moment are told apart here: whoever settles locks the organisation's
packages first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.base import Instant
from domain.commands.money import Booked
from domain.consumption import Movement
from domain.errors import DomainError
from domain.hours import Package, Settled, Settling, left, passed, settle
from store.database import Database
from store.tables import contracts, hour_bookings, hour_packages


class SoldPackage(Package):
    """A package with whom it was sold to, and by whom. `expires_at` is no later than the end of its contract."""

    organisation: str
    contract: str
    agreement: str
    sold_by: str
    sold_at: Instant
    digest: str
    warned: str | None = None


def sell(db: Database, package: SoldPackage) -> tuple[SoldPackage, bool]:
    """Keeps a new package; the one that is kept under its id, and whether that was there before.

    SQLAlchemy's IntegrityError when organisation or contract are not there.
    """
    dialect: Any = sqlite if db.sqlite else postgresql
    fields = (*hour_packages.columns.keys(),)
    row = {name: value for name, value in package if name in fields}
    with db.begin() as connection:
        statement = dialect.insert(hour_packages).values(row).on_conflict_do_nothing(index_elements=["id"])
        made = connection.execute(statement.returning(hour_packages.c.id)).first() is not None
        kept = _packages(connection, hour_packages.c.id == package.id)
    return kept[0], not made


def packages(db: Database, organisation: str) -> list[SoldPackage]:
    """The organisation's packages, the earliest to expire first, expired ones too."""
    with db.read() as connection:
        return _packages(connection, hour_packages.c.organisation == organisation)


def packages_named(db: Database, ids: Iterable[str]) -> list[SoldPackage]:
    """These packages, the earliest to expire first."""
    with db.read() as connection:
        return _packages(connection, hour_packages.c.id.in_(list(ids)))


def movements(db: Database, organisation: str, until: datetime | None = None) -> list[Movement]:
    """What tickets took from the organisation's packages, and gave back, in order; before `until`, where given."""
    query = (
        select(hour_bookings.c.at, hour_bookings.c.package, hour_bookings.c.ticket, hour_bookings.c.minutes)
        .join(hour_packages, hour_packages.c.id == hour_bookings.c.package)
        .where(hour_packages.c.organisation == organisation, hour_bookings.c.minutes != 0)
        .order_by(hour_bookings.c.at, hour_bookings.c.ticket, hour_bookings.c.package)
    )
    if until is not None:
        query = query.where(hour_bookings.c.at < until)
    with db.read() as connection:
        return [Movement.model_validate(dict(row)) for row in connection.execute(query).mappings()]


def book(db: Database, wanted: Settling) -> Settled:
    """Brings what one ticket has taken to what it needs, in one transaction; or refuses, and nothing has changed."""
    with db.begin() as connection:
        _lock(db, connection, wanted.organisation)
        taken = _taken(connection, wanted.ticket)
        before = _packages(
            connection,
            hour_packages.c.organisation == wanted.organisation,
            contracts.c.agreement == wanted.agreement,
            or_(hour_packages.c.expires_at > wanted.at, hour_packages.c.id.in_(taken)),
        )
        try:
            after = settle(before, taken, wanted.wanted, wanted.at)
        except DomainError as refusal:
            return Settled(code=refusal.code, message=refusal.message)
        changes = {name: after.get(name, 0) - taken.get(name, 0) for name in {*after, *taken}}
        _write(db, connection, wanted, {name: minutes for name, minutes in changes.items() if minutes})
        now = [one.model_copy(update={"used": one.used + changes.get(one.id, 0)}) for one in before]
        warned = _warned(connection, before, now, wanted)
    booked = Booked(taken=dict(sorted(after.items())), left=left(now, wanted.at), warned=warned)
    return Settled(booked=booked)


def _lock(db: Database, connection: Connection, organisation: str) -> None:
    # SQLite's transaction has begun by taking the one right to write.
    if not db.sqlite:
        mine = select(hour_packages.c.id).where(hour_packages.c.organisation == organisation)
        connection.execute(mine.order_by(hour_packages.c.id).with_for_update())


def _taken(connection: Connection, ticket: str) -> dict[str, int]:
    total = func.sum(hour_bookings.c.minutes)
    query = select(hour_bookings.c.package, total).where(hour_bookings.c.ticket == ticket)
    return {package: int(minutes) for package, minutes in connection.execute(query.group_by(hour_bookings.c.package))}


def _write(db: Database, connection: Connection, wanted: Settling, changes: dict[str, int]) -> None:
    """One row for each package; a step that asks again, after its first answer was lost, adds to its row."""
    dialect: Any = sqlite if db.sqlite else postgresql
    for package, minutes in sorted(changes.items()):
        row = {"ticket": wanted.ticket, "cause": wanted.cause, "package": package, "minutes": minutes, "at": wanted.at}
        statement = dialect.insert(hour_bookings).values(row)
        added = hour_bookings.c.minutes + statement.excluded.minutes
        keys = ["ticket", "cause", "package"]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"minutes": added}))


def _warned(
    connection: Connection, before: list[SoldPackage], now: list[SoldPackage], wanted: Settling
) -> dict[str, int]:
    """The packages of which this step warns, with what each still holds; the same ones when it asks again."""
    told: dict[str, int] = {}
    for old, new in zip(before, now, strict=True):
        if passed(new, old.used, wanted.warn_at) or (new.warned == wanted.cause and new.used >= old.used):
            told[new.id] = new.left
            _set_warned(connection, new.id, wanted.cause)
        elif new.warned is not None and new.used * 100 < wanted.warn_at * new.minutes:
            _set_warned(connection, new.id, None)
    return told


def _set_warned(connection: Connection, package: str, cause: str | None) -> None:
    connection.execute(update(hour_packages).where(hour_packages.c.id == package).values(warned=cause))


def _packages(connection: Connection, *where: Any) -> list[SoldPackage]:
    query: Select[Any] = (
        select(hour_packages, contracts.c.agreement, contracts.c.valid_to)
        .join(contracts, contracts.c.id == hour_packages.c.contract)
        .where(*where)
        .order_by(hour_packages.c.expires_at, hour_packages.c.bought_at, hour_packages.c.id)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    used = _used(connection, [row["id"] for row in rows])
    found = []
    for row in rows:
        ends = row.pop("valid_to")
        row["expires_at"] = min(row["expires_at"], ends) if ends else row["expires_at"]
        found.append(SoldPackage.model_validate({**row, "used": used[row["id"]]}))
    return sorted(found, key=lambda one: (one.expires_at, one.bought_at, one.id))


def _used(connection: Connection, ids: list[str]) -> dict[str, int]:
    used: dict[str, int] = defaultdict(int)
    if ids:
        total = func.sum(hour_bookings.c.minutes)
        query = select(hour_bookings.c.package, total).where(hour_bookings.c.package.in_(ids))
        used |= {package: int(minutes) for package, minutes in connection.execute(query.group_by("package"))}
    return used
