"""Chat channels: rooms of teams, roles and persons that get what their mailbox gets. Addresses are kept sealed."""

from __future__ import annotations

import json
from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import IntegrityError

from domain.base import Instant, Model
from domain.messages import Recipient
from domain.routing import Room
from domain.words import Way
from store import listing, outbox
from store.database import Database
from store.keyset import Keyset
from store.listing import page
from store.tables import chat_channels as table

MOST = listing.MOST
_LISTS = ("subjects", "templates", "severities")


class ChatChannel(Model):
    """A room and what it wants to hear. `url` is sealed; `service` says which chat it is."""

    id: str
    name: str
    owner: Recipient
    url: str
    service: str
    subjects: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    active: bool = True
    created_at: Instant
    by: str
    digest: str = ""


class ChannelOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    ChannelOrder.newest: Keyset("newest", (table.c.created_at, table.c.id), downwards=True),
    ChannelOrder.oldest: Keyset("oldest", (table.c.created_at, table.c.id)),
}


def add(db: Database, channel: ChatChannel) -> ChatChannel:
    """Keeps it; one that is there under this id already is returned instead."""
    try:
        with db.begin() as connection:
            connection.execute(table.insert().values(_row(channel)))
    except IntegrityError:
        there = read(db, channel.id)
        if there is None:
            raise
        return there
    return channel


def change(db: Database, channel: ChatChannel) -> None:
    """Replaces it, where it still is there."""
    with db.begin() as connection:
        connection.execute(update(table).where(table.c.id == channel.id).values(_row(channel)))


def remove(db: Database, name: str) -> bool:
    """Takes it away; what waits for it is given up. False when there is none."""
    with db.begin() as connection:
        outbox.give_up(connection, Way.chat, name, "the chat channel was removed")
        return connection.execute(delete(table).where(table.c.id == name)).rowcount == 1


def read(db: Database, name: str) -> ChatChannel | None:
    """That channel."""
    with db.read() as connection:
        row = connection.execute(select(table).where(table.c.id == name)).mappings().one_or_none()
    return None if row is None else _channel(dict(row))


def find(
    db: Database,
    owner_kind: str | None = None,
    owner_id: str | None = None,
    order: ChannelOrder = ChannelOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[ChatChannel], str | None]:
    """One page, and the cursor of the next. ValueError for another list's cursor."""
    query = select(table)
    if owner_kind is not None:
        query = query.where(table.c.to_kind == owner_kind)
    if owner_id is not None:
        query = query.where(table.c.to_id == owner_id)
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [_channel(row) for row in rows], following


def rooms(connection: Connection, wanted: Collection[Recipient]) -> dict[Recipient, list[Room]]:
    """The active rooms of those owners, inside the caller's transaction."""
    names = {one.id for one in wanted}
    query = select(table).where(table.c.active, table.c.to_id.in_(names)).order_by(table.c.created_at, table.c.id)
    found: dict[Recipient, list[Room]] = {}
    for row in connection.execute(query).mappings():
        one = _channel(dict(row))
        heard: Any = {"subjects": one.subjects, "templates": one.templates, "severities": one.severities}
        found.setdefault(one.owner, []).append(Room(id=one.id, owner=one.owner, **heard))
    return found


def _row(channel: ChatChannel) -> dict[str, Any]:
    row = {name: getattr(channel, name) for name in ChatChannel.model_fields if name != "owner"}
    lists = {name: json.dumps(row[name]) for name in _LISTS}
    return {**row, **lists, "to_kind": channel.owner.kind, "to_id": channel.owner.id}


def _channel(row: dict[str, Any]) -> ChatChannel:
    owner = Recipient(kind=row.pop("to_kind"), id=row.pop("to_id"))
    return ChatChannel(**{**row, **{name: json.loads(row[name]) for name in _LISTS}}, owner=owner)
