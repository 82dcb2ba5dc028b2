"""Releases as they are recorded, and the version that each adds to the product catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from domain.base import Model
from domain.commands import Actor
from domain.releases import Release
from store import products
from store.database import Database
from store.keyset import Keyset
from store.listing import page
from store.tables import releases

_NEWEST = Keyset("published_at", (releases.c.published_at, releases.c.product, releases.c.version), downwards=True)


class ReleasePage(Model):
    """Releases, newest first, and the cursor of the page after them; None after the last."""

    releases: tuple[Release, ...]
    next: str | None


def record(db: Database, release: Release) -> None:
    """Writes a release and its version in the product catalogue, once, in one transaction."""
    with db.begin() as connection:
        if connection.execute(_one(release.product, release.version)).first() is not None:
            return
        plain = ("product", "version", "line", "text", "published_at", "digest")
        row = {name: getattr(release, name) for name in plain}
        by = {"role": str(release.by.role), "by": release.by.id}
        connection.execute(insert(releases).values({**row, **by, "fixes": json.dumps(release.fixes)}))
        products.released(connection, release.product, release.version, release.line, release.published_at)
        products.released(connection, release.product, release.version, release.line, release.published_at)


def get(db: Database, product: str, version: str) -> Release | None:
    """The release; None when it is not recorded."""
    with db.read() as connection:
        row = connection.execute(_one(product, version)).mappings().first()
    return _release(row) if row else None


def find(db: Database, product: str | None = None, cursor: str | None = None, limit: int = 50) -> ReleasePage:
    """One page. ValueError for a cursor that is not of such a list."""
    query = select(releases)
    if product is not None:
        query = query.where(releases.c.product == product)
    rows, following = page(db, query, _NEWEST, cursor, limit)
    return ReleasePage(releases=tuple(_release(row) for row in rows), next=following)


def _one(product: str, version: str) -> Any:
    return select(releases).where(releases.c.product == product, releases.c.version == version)


def _release(row: Mapping[Any, Any]) -> Release:
    plain = ("product", "version", "line", "text", "published_at", "digest")
    return Release(
        **{name: row[name] for name in plain},
        fixes=tuple(json.loads(row["fixes"])),
        by=Actor(role=row["role"], id=row["by"]),
    )
