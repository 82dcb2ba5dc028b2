"""Choosing the ways of new messages: one transaction for a batch, before the first attempt to deliver any of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.messages import Message, Recipient
from domain.preferences import Preferences
from domain.routing import Room, Route, owners, routes
from domain.words import Way
from store import chat_channels, preferences
from store.database import Database
from store.outbox import State
from store.tables import outbox

BATCH = 500

_NEW = (
    select(outbox.c.key, outbox.c.body, outbox.c.created_at)
    .where(outbox.c.state == str(State.pending), outbox.c.routed_at.is_(None), outbox.c.way == str(Way.mail))
    .order_by(outbox.c.created_at)
    .limit(bindparam("most"))
)
_ROUTE = (
    update(outbox)
    .where(outbox.c.key == bindparam("of"))
    .values(
        state=bindparam("new_state"),
        next_attempt_at=bindparam("first"),
        held_until=bindparam("held"),
        routed_at=bindparam("at"),
    )
)


def route(db: Database, now: datetime) -> int:
    """Chooses the ways of a batch of new messages; how many there were. Again from the start if it is interrupted."""
    with db.begin() as connection:
        query = _NEW if db.sqlite else _NEW.with_for_update(skip_locked=True)
        rows = connection.execute(query, {"most": BATCH}).all()
        if not rows:
            return 0
        messages = [Message.model_validate_json(row.body) for row in rows]
        readers = {message.to for message in messages}
        wishes = preferences.of_readers(connection, readers)
        rooms = chat_channels.rooms(connection, {owner for reader in readers for owner in owners(reader)})
        mails: list[dict[str, Any]] = []
        others: list[dict[str, Any]] = []
        for row, message in zip(rows, messages, strict=True):
            for one in _routes(message, wishes, rooms, now):
                if one.way is Way.mail:
                    state = State.muted if one.muted else State.pending
                    mails.append(
                        {"of": row.key, "new_state": str(state), "first": one.at, "held": _held(one, now), "at": now}
                    )
                else:
                    others.append(_copy(row, message, one, now))
        connection.execute(_ROUTE, mails)
        if others:
            connection.execute(_SQLITE if db.sqlite else _POSTGRES, others)
    return len(rows)


def _routes(
    message: Message, wishes: dict[Recipient, Preferences], rooms: dict[Recipient, list[Room]], now: datetime
) -> Iterable[Route]:
    theirs = [room for owner in owners(message.to) for room in rooms.get(owner, ())]
    return routes(message, wishes.get(message.to), theirs, now)


def _copy(row: Any, message: Message, route: Route, now: datetime) -> dict[str, Any]:
    return {
        "key": f"{row.key}:{route.way}:{route.target}",
        "ticket": message.ticket,
        "sequence": message.sequence,
        "to_kind": message.to.kind,
        "to_id": message.to.id,
        "template": message.template,
        "body": row.body,
        "state": str(State.pending),
        "attempts": 0,
        "next_attempt_at": route.at,
        "created_at": row.created_at,
        "way": str(route.way),
        "target": route.target,
        "origin": row.key,
        "routed_at": now,
        "held_until": _held(route, now),
    }


def _held(route: Route, now: datetime) -> datetime | None:
    return route.at if route.at > now else None


def _insert(dialect: Any) -> Any:
    message = dialect.insert(outbox)
    return message.on_conflict_do_update(
        index_elements=["key"],
        set_={name: message.excluded[name] for name in ("state", "body", "next_attempt_at", "created_at")},
        where=text("outbox.state IN ('pending', 'withdrawn')"),
    )


_SQLITE, _POSTGRES = _insert(sqlite), _insert(postgresql)
