"""Takes out of the database what people wrote: of one person, on request, or of a ticket whose time is over.

Every step is one short transaction and can be repeated: whoever was interrupted begins again and finds what is left.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from domain.base import Model
from domain.erasure import ERASED, erased, without_texts
from domain.events import Event
from domain.words import Role
from store import attachments, search
from store import tables as t
from store.database import Database

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Tickets that one look of the sweep finds; each is a transaction of its own."""
_E, _O, _U = t.events.c, t.outbox.c, t.attachment_uses.c


@dataclass(frozen=True)
class Tickets:
    """`own`: opened for that person, all texts go; `others`: only what the person said there goes."""

    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Counts(Model):
    """What went, or would go."""

    tickets: int = 0
    events: int = 0
    messages: int = 0
    files: int = 0
    mails: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.model_fields})


def tickets_of(db: Database, organisation: str, contact: str) -> Tickets:
    """The tickets on which something of that person stands."""
    theirs = t.tickets.c.organisation == organisation
    said = exists().where(_E.ticket == t.tickets.c.id, _E.role == str(Role.client), _E.actor == contact)
    with db.read() as connection:
        own = connection.execute(select(t.tickets.c.id).where(theirs, t.tickets.c.contact == contact)).scalars().all()
        more = connection.execute(select(t.tickets.c.id).where(theirs, t.tickets.c.contact != contact, said)).scalars()
        return Tickets(tuple(sorted(own)), tuple(sorted(more)))


def erase_ticket(db: Database, ticket: str, now: datetime, *, only_by: str | None = None, dry: bool = False) -> Counts:
    """Takes the texts, files, messages and mails out of one ticket; `only_by`: what that client's person said there.

    `dry` counts and changes nothing. Its clocks, instants, kinds and ids stay, and its history still adds up.
    """
    with db.begin() as connection:
        rows = connection.execute(select(_E.sequence, _E.body).where(_E.ticket == ticket).order_by(_E.sequence)).all()
        told = [Event.model_validate_json(row.body) for row in rows]
        chosen = [e for e in told if only_by is None or (e.by.role is Role.client and e.by.id == only_by)]
        changed = [(one, clean) for one in chosen if (clean := erased(one)) != one]
        numbers = [event.sequence for event in chosen]
        messages = _messages(connection, ticket, None if only_by is None else numbers)
        files = _files(connection, ticket, None if only_by is None else numbers)
        mails, inbox = _mails(ticket, whole=only_by is None), _inbox(ticket, whole=only_by is None)
        counts = Counts(
            tickets=1 if changed else 0,
            events=len(changed),
            messages=len(messages),
            files=len(files),
            mails=_count(connection, t.mails, mails) + _count(connection, t.unmatched_messages, inbox),
        )
        if dry:
            return counts
        for _, clean in changed:
            here = (_E.ticket == ticket, _E.sequence == clean.sequence)
            connection.execute(update(t.events).where(*here).values(body=clean.model_dump_json()))
        for key, body in messages:
            connection.execute(update(t.outbox).where(_O.key == key).values(body=body, last_error=None))
        _drop_files(connection, ticket, None if only_by is None else numbers, files, now)
        _forget_mails(connection, mails, inbox)
        search.write_again(connection, ticket, [erased(one) if one in chosen else one for one in told])
        if only_by is None:
            _row(connection, ticket)
    return counts


def erase_contact(db: Database, organisation: str, contact: str, now: datetime) -> None:
    """Takes the person itself out: name, addresses, wishes, ways of signing in, what was kept aside, the audit's names.

    The id stays in facts as what it is, an id. Done last: until then an erasure that was interrupted is begun again.
    """
    c = t.contacts.c
    with db.begin() as connection:
        found = connection.execute(select(t.contacts).where(c.id == contact, c.organisation == organisation))
        row = found.mappings().one()
        addresses = [one for one in (row["email"], row["telephone"], contact) if one]
        of_sender = func.lower(t.mails.c.sender).in_([one.lower() for one in addresses])
        _forget_mails(
            connection, of_sender, func.lower(t.unmatched_messages.c.sender).in_([one.lower() for one in addresses])
        )
        gone = {"name": ERASED, "email": None, "telephone": None, "deactivated_at": row["deactivated_at"] or now}
        connection.execute(update(t.contacts).where(c.id == contact).values(**gone))
        nothing = {"before": "{}", "after": "{}"}
        connection.execute(update(t.contact_changes).where(t.contact_changes.c.contact == contact).values(**nothing))
        client = str(Role.client)
        for table in (t.identities, t.sign_in_links):
            connection.execute(delete(table).where(table.c.kind == "contact", table.c.subject == contact))
        connection.execute(
            delete(t.preferences).where(t.preferences.c.kind == "contact", t.preferences.c.id == contact)
        )
        connection.execute(delete(t.sessions).where(t.sessions.c.subject == contact, t.sessions.c.role == client))
        keys = t.api_keys.c
        connection.execute(
            update(t.api_keys)
            .where(keys.subject == contact, keys.role == client, keys.organisation == organisation)
            .values(name=None, revoked_at=func.coalesce(keys.revoked_at, now))
        )
        refused = t.refused_requests.c
        connection.execute(
            update(t.refused_requests)
            .where(refused.organisation == organisation, refused.contact == contact)
            .values(contact=None, subject=ERASED, description=ERASED, detail=ERASED)
        )
        seen = t.audit.c
        connection.execute(
            update(t.audit).where(seen.subject == contact, seen.role == client).values(subject=None, about=None)
        )
        connection.execute(update(t.audit).where(seen.about.in_(addresses)).values(about=None))
        _withdraw(connection, contact)


def sweep(db: Database, now: datetime) -> int:
    """Takes out the texts of archived tickets whose agreement keeps them no longer; how many tickets it were."""
    done = 0
    failed: list[str] = []
    while True:
        late = select(t.tickets.c.id).where(t.tickets.c.texts_until <= now, t.tickets.c.id.not_in(failed))
        late = late.order_by(t.tickets.c.texts_until)
        with db.read() as connection:
            found = connection.execute(late.limit(AT_ONCE)).scalars().all()
        for ticket in found:
            try:
                erase_ticket(db, ticket, now)
            except ValueError:
                # A record that cannot be read must not hold up the others; the doctor tells that it is still there.
                log.exception("the texts of ticket %s could not be erased", ticket)
                failed.append(ticket)
                continue
            with db.begin() as connection:
                kept = update(t.tickets).where(t.tickets.c.id == ticket, t.tickets.c.texts_until <= now)
                connection.execute(kept.values(texts_until=None))
            done += 1
        if len(found) < AT_ONCE or len(failed) >= AT_ONCE:
            if done:
                attachments.sweep(db, now)
            return done


def overdue(db: Database, now: datetime) -> int:
    """Archived tickets whose texts should be gone by now."""
    with db.read() as connection:
        return _count(connection, t.tickets, t.tickets.c.texts_until <= now)


def _count(connection: Connection, table: Any, condition: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one())


def _messages(connection: Connection, ticket: str, numbers: Iterable[int] | None) -> list[tuple[str, str]]:
    """Keys of messages with something in them, and their bodies without it."""
    query = select(_O.key, _O.body).where(_O.ticket == ticket)
    if numbers is not None:
        query = query.where(_O.sequence.in_([*numbers]))
    found = []
    for key, body in connection.execute(query):
        plain = json.loads(body)
        clean = {**plain, "data": without_texts(plain.get("data", {}))}
        if clean["data"] != plain.get("data", {}):
            found.append((key, json.dumps(clean, ensure_ascii=False)))
    return found


def _files(connection: Connection, ticket: str, numbers: Iterable[int] | None) -> list[str]:
    query = select(_U.attachment).distinct().where(_U.ticket == ticket)
    if numbers is not None:
        query = query.where(_U.sequence.in_([*numbers]))
    return [*connection.execute(query).scalars()]


def _drop_files(
    connection: Connection, ticket: str, numbers: Iterable[int] | None, files: list[str], now: datetime
) -> None:
    if not files:
        return
    of_it = [_U.ticket == ticket]
    if numbers is not None:
        of_it.append(_U.sequence.in_([*numbers]))
    connection.execute(delete(t.attachment_uses).where(*of_it))
    a = t.attachments.c
    used = exists().where(_U.attachment == a.id)
    # The next sweep of uploads drops them, and contents that nobody needs with them.
    connection.execute(
        update(t.attachments).where(a.id.in_(files), ~used).values(drop_at=now, message=None, name=ERASED)
    )


def _mails(ticket: str, *, whole: bool) -> Any:
    # Of a ticket on which a person only spoke, the mails of that person go with the person.
    return (t.mails.c.ticket == ticket) & (t.mails.c.sender != ERASED) if whole else t.mails.c.id.is_(None)


def _inbox(ticket: str, *, whole: bool) -> Any:
    c = t.unmatched_messages.c
    return (c.ticket == ticket) & (c.sender != ERASED) if whole else c.id.is_(None)


def _forget_mails(connection: Connection, mails: Any, messages: Any) -> None:
    gone = {"sender": ERASED, "return_path": "", "recipients": "", "subject": ERASED, "detail": "", "original": None}
    connection.execute(update(t.mails).where(mails).values(**gone))
    words = {"sender": ERASED, "subject": ERASED, "text": ERASED}
    connection.execute(update(t.unmatched_messages).where(messages).values(**words))


def _row(connection: Connection, ticket: str) -> None:
    c = t.tickets.c
    texts = dict.fromkeys(("question", "resolution_text"), ERASED)
    for name, value in texts.items():
        connection.execute(update(t.tickets).where(c.id == ticket, c[name].is_not(None)).values({name: value}))
    connection.execute(update(t.tickets).where(c.id == ticket).values(subject=ERASED))
    hours = t.hour_entries
    connection.execute(update(hours).where(hours.c.ticket == ticket).values(text=ERASED))


def _withdraw(connection: Connection, contact: str) -> None:
    mine = (_O.to_kind == "contact", _O.to_id == contact)
    connection.execute(update(t.outbox).where(*mine, _O.state == "pending").values(state="withdrawn"))
    pending = or_(_O.ticket.is_(None), _O.state == "withdrawn")
    for key, body in connection.execute(select(_O.key, _O.body).where(*mine, pending)).all():
        plain = json.loads(body)
        plain["data"] = without_texts(plain.get("data", {}))
        connection.execute(update(t.outbox).where(_O.key == key).values(body=json.dumps(plain, ensure_ascii=False)))
