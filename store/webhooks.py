"""Webhooks: who wants to hear of what, how their endpoints fare. Secrets are kept sealed."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.exc import IntegrityError

from domain.base import Instant, Model
from domain.messages import Message
from domain.webhooks import Subscription
from domain.words import Way
from store import listing, outbox
from store.database import Database
from store.keyset import Keyset
from store.listing import page
from store.tables import outbox as lines
from store.tables import webhooks as table

MOST = listing.MOST


class Webhook(Model):
    """An endpoint. `secret` and `former_secret` are sealed; the former one signs as well until `former_until`.

    `failing_since`: the first failure after the last success. `disabled_at`: it failed too long, or said it is gone.
    """

    id: str
    organisation: str | None = None
    url: str
    description: str = ""
    events: tuple[str, ...]
    secret: str
    former_secret: str | None = None
    former_until: Instant | None = None
    active: bool = True
    failing_since: Instant | None = None
    last_failure: str | None = None
    disabled_at: Instant | None = None
    disabled_for: str | None = None
    created_at: Instant
    role: str
    by: str
    digest: str = ""


class WebhookOrder(StrEnum):
    """The newest or the oldest first."""

    newest = "newest"
    oldest = "oldest"


_ORDERS = {
    WebhookOrder.newest: Keyset("newest", (table.c.created_at, table.c.id), downwards=True),
    WebhookOrder.oldest: Keyset("oldest", (table.c.created_at, table.c.id)),
}


def add(db: Database, webhook: Webhook) -> Webhook:
    """Keeps it; one that is there under this id already is returned instead."""
    try:
        with db.begin() as connection:
            connection.execute(table.insert().values(_row(webhook)))
    except IntegrityError:
        there = read(db, webhook.id)
        if there is None:
            raise
        return there
    return webhook


def change(db: Database, name: str, **values: Any) -> None:
    """Changes fields of one, where it still is there."""
    if not values:
        return
    if "events" in values:
        values["events"] = json.dumps(list(values["events"]))
    with db.begin() as connection:
        connection.execute(update(table).where(table.c.id == name).values(**values))


def remove(db: Database, name: str) -> bool:
    """Takes it away; what waits for it is given up. False when there is none."""
    with db.begin() as connection:
        outbox.give_up(connection, Way.webhook, name, "the webhook was removed")
        return connection.execute(delete(table).where(table.c.id == name)).rowcount == 1


def read(db: Database, name: str) -> Webhook | None:
    """That webhook."""
    with db.read() as connection:
        row = connection.execute(select(table).where(table.c.id == name)).mappings().one_or_none()
    return None if row is None else _webhook(dict(row))


def find(
    db: Database,
    organisation: str | None = None,
    active: bool | None = None,
    order: WebhookOrder = WebhookOrder.newest,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Webhook], str | None]:
    """One page, and the cursor of the next. `active`: still called. ValueError for another list's cursor."""
    query = select(table)
    if organisation is not None:
        query = query.where(table.c.organisation == organisation)
    if active is not None:
        called = table.c.active & table.c.disabled_at.is_(None)
        query = query.where(called if active else ~called)
    rows, following = page(db, query, _ORDERS[order], cursor, limit)
    return [_webhook(row) for row in rows], following


def subscriptions(db: Database) -> list[Subscription]:
    """Who is to be told, as things stand."""
    query = select(table.c.id, table.c.organisation, table.c.events).where(
        table.c.active, table.c.disabled_at.is_(None)
    )
    with db.read() as connection:
        rows = connection.execute(query).all()
    return [Subscription(id=row.id, organisation=row.organisation, events=json.loads(row.events)) for row in rows]


def succeeded(db: Database, name: str) -> None:
    """It has answered again."""
    fresh: dict[str, Any] = {"failing_since": None, "last_failure": None}
    with db.begin() as connection:
        connection.execute(update(table).where(table.c.id == name, table.c.failing_since.is_not(None)).values(**fresh))


def failed(db: Database, name: str, why: str, now: datetime) -> None:
    """It failed; the first time after a success counts."""
    with db.begin() as connection:
        first = (table.c.id == name, table.c.failing_since.is_(None))
        connection.execute(update(table).where(*first).values(failing_since=now))
        connection.execute(update(table).where(table.c.id == name).values(last_failure=why[:500]))


def disable(db: Database, name: str, why: str, told: list[Message], now: datetime) -> bool:
    """Calls it no longer: what waits is given up, and `told` is sent, in one transaction. False when it was before."""
    with db.begin() as connection:
        called = (table.c.id == name, table.c.disabled_at.is_(None))
        ended = connection.execute(update(table).where(*called).values(disabled_at=now, disabled_for=why[:500]))
        if ended.rowcount != 1:
            return False
        outbox.give_up(connection, Way.webhook, name, f"the webhook is disabled: {why}")
        outbox.add(connection, told, now)
    return True


def send_test(db: Database, message: Message, now: datetime) -> None:
    """Puts a message that tries an endpoint out in line."""
    with db.begin() as connection:
        _add_once(connection, message, now)


def _add_once(connection: Connection, message: Message, now: datetime) -> None:
    there = connection.execute(select(lines.c.key).where(lines.c.key == message.key)).first()
    if there is None:
        outbox.add(connection, [message], now)


def _row(webhook: Webhook) -> dict[str, Any]:
    row = {name: getattr(webhook, name) for name in Webhook.model_fields}
    return {**row, "events": json.dumps(row["events"])}


def _webhook(row: dict[str, Any]) -> Webhook:
    return Webhook(**{**row, "events": json.loads(row["events"])})
