"""The look from outside at messages: each that the rules call for was told, none in two different mails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from bench.chaos.faults import Done
from bench.chaos.findings import Findings
from bench.chaos.mailbox import Arrived
from bench.chaos.rules import Told
from bench.chaos.stack import DOMAIN
from domain.mail_ids import read_mail_id
from domain.messages import Message
from domain.words import Way
from store import outbox
from store.attempts import Outcome
from store.database import Database
from store.outbox import Entry, State
from store.tables import attempts
from store.tables import outbox as table

MISSING = "each message that the rules call for is told"
TWICE = "a reader sees each message once"
ORDER = "a reader gets a ticket's messages in their order"
UNCALLED = "no message is told that nothing called for"
_FRESH = timedelta(seconds=20)
"""Messages this young at the end may still wait for their turn."""
_BLAMED = ("worker", "postgres", "temporal", "database", "mail")
"""Faults after which the sender cannot know whether a mail has gone."""


def check(
    database: Database,
    arrived: Sequence[Arrived],
    told: Mapping[str, Told],
    faults: Sequence[Done],
    began: datetime,
    findings: Findings,
) -> None:
    """`told` by ticket; `began` is the instant from which faults are counted."""
    entries = {entry.key: entry for entry in outbox.entries(database, select(table)) if entry.way is Way.mail}
    given_up = _given_up(database)
    by_key: dict[str, list[Arrived]] = {}
    for mail in arrived:
        key = read_mail_id(mail.id, DOMAIN)
        if key is None or key not in entries:
            findings.say(UNCALLED, f"{mail.id} arrived, and is not in the outbox", mail.at)
        else:
            by_key.setdefault(key, []).append(mail)
    _check_outbox(entries.values(), by_key, findings)
    _check_called_for(entries, told, findings)
    _check_repetitions(by_key, faults, began, findings)
    _check_order(by_key, given_up, told, findings)
    findings.counts["mails arrived"] += len(arrived)
    findings.counts["messages told"] += len(by_key)


def _given_up(database: Database) -> set[str]:
    with database.read() as connection:
        query = select(attempts.c.key).where(attempts.c.outcome == str(Outcome.given_up))
        return set(connection.execute(query).scalars())


def _check_outbox(entries: Iterable[Entry], by_key: Mapping[str, Sequence[Arrived]], findings: Findings) -> None:
    newest = max((mail.at for mails in by_key.values() for mail in mails), default=None)
    for entry in entries:
        findings.counts[f"messages {entry.state}"] += 1
        if entry.state is State.delivered and entry.key not in by_key:
            findings.say(MISSING, f"{entry.key} is delivered, says the outbox, and never arrived", entry.delivered_at)
        if entry.state is State.failed:
            findings.say(MISSING, f"{entry.key} was given up: {entry.last_error}", entry.created_at)
        if entry.state is State.pending and newest is not None and entry.created_at < newest - _FRESH:
            findings.say(MISSING, f"{entry.key} still waits: {entry.last_error}", entry.created_at)


def _check_called_for(entries: Mapping[str, Entry], told: Mapping[str, Told], findings: Findings) -> None:
    wanted = {message.key: message for one in told.values() for message in one.messages}
    whole = {ticket for ticket, one in told.items() if not one.difference}
    for key, message in wanted.items():
        entry = entries.get(key)
        if entry is None or entry.state is State.withdrawn:
            findings.say(MISSING, f"{key}: {'withdrawn' if entry else 'not in the outbox'}")
        elif entry.message.model_copy(update={"trace": ""}) != message:
            _check_words(entry, message, findings)
    for key, entry in entries.items():
        if key in wanted or entry.message.ticket not in whole or entry.state is State.withdrawn:
            continue
        # Of a step that never became durable, and gone before that was known (decision 5): seen, not hidden.
        findings.counts["messages of steps that never became durable, told all the same"] += 1


def _check_words(entry: Entry, message: Message, findings: Findings) -> None:
    """The same message in other words: right only where it had gone before its step was decided again (decision 5)."""
    same = entry.message.model_copy(update={"trace": "", "data": message.data}) == message
    if same and entry.delivered_at is not None:
        findings.counts["messages told in the words of a step that was decided again"] += 1
    else:
        findings.say(MISSING, f"{entry.key} says something else than the rules do", entry.created_at)


def _check_repetitions(
    by_key: Mapping[str, Sequence[Arrived]], faults: Sequence[Done], began: datetime, findings: Findings
) -> None:
    harmful = [done for done in faults if any(word in f"{done.fault}" for word in _BLAMED)]
    for key, mails in by_key.items():
        if len(mails) == 1:
            continue
        if len({(mail.to, mail.subject) for mail in mails}) > 1:
            findings.say(TWICE, f"{key} arrived in different mails: {[mail.subject for mail in mails]}", mails[-1].at)
        if any(mail.kept_in == "gone" for mail in mails[:-1]):
            findings.counts["repeated after the connection was gone"] += len(mails) - 1
            continue
        first, last = ((mail.at - began).total_seconds() for mail in (mails[0], mails[-1]))
        blamed = [done for done in harmful if done.began <= last and done.ended + 30 >= first]
        if blamed:
            findings.counts["repeated after another fault"] += len(mails) - 1
        else:
            findings.say(TWICE, f"{key} arrived {len(mails)} times, and nothing had failed", mails[-1].at)


def _check_order(
    by_key: Mapping[str, Sequence[Arrived]],
    given_up: set[str],
    told: Mapping[str, Told],
    findings: Findings,
) -> None:
    for ticket, one in told.items():
        newest: dict[tuple[str, str], tuple[datetime, str]] = {}
        for message in one.messages:
            mails = by_key.get(message.key)
            if not mails or message.key in given_up:
                continue  # what was given up is sent again by hand, whenever somebody does
            reader, at = (message.to.kind, message.to.id), mails[0].at
            before = newest.get(reader)
            if before is not None and at < before[0]:
                findings.say(ORDER, f"{ticket}: {message.key} reached {mails[0].to} before {before[1]}", at)
            newest[reader] = max(newest.get(reader, (at, message.key)), (at, message.key))
