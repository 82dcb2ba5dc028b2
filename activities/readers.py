"""Readers: where those of a batch are reached, in which language, and what they were sent before."""

from __future__ import annotations

from collections.abc import Sequence

from domain.messages import Message, Recipient
from domain.words import Way
from store import directory, outbox, preferences
from store.database import Database
from store.outbox import Waiting

THREAD = 20
"""Earlier mails that a mail refers to: the first of the thread, and the newest."""


class Readers:
    """What is known of the readers of one batch, looked up once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._addresses: dict[Recipient, directory.Address | None] = {}
        self._languages: dict[Recipient, str] = {}
        self._before: dict[tuple[str, Recipient], list[tuple[int, str]]] = {}

    def look_up(self, batch: Sequence[Waiting]) -> None:
        """Asks the database for all that a batch needs."""
        messages = [one.message for one in batch if one.way is not Way.webhook]
        everybody = {message.to for message in messages} | {message.reply for message in messages if message.reply}
        self._addresses = {to: directory.address_of(self._database, to) for to in everybody}
        with self._database.read() as connection:
            wishes = preferences.of_readers(connection, {to for to in everybody if to.kind == "staff"})
        self._languages = {to: one.language for to, one in wishes.items() if one.language}
        self._before = outbox.earlier(self._database, batch)

    def address(self, to: Recipient) -> directory.Address | None:
        """Where a reader of the batch is reached by mail."""
        return self._addresses[to]

    def in_their_language(self, message: Message) -> Message:
        """The message in the language that a member of staff wishes; a client's is the agreement's word."""
        language = self._languages.get(message.to, message.language)
        return message if language == message.language else message.model_copy(update={"language": language})

    def earlier(self, waiting: Waiting) -> tuple[str, ...]:
        """Keys of the mails before this one, to the same reader about the same ticket."""
        if waiting.message.ticket is None:
            return ()
        place = (waiting.message.sequence, waiting.key)
        keys = [key for number, key in self._before.get(_reader(waiting), ()) if (number, key) < place]
        return tuple(keys) if len(keys) <= THREAD else (keys[0], *keys[1 - THREAD :])

    def has_gone(self, waiting: Waiting) -> None:
        """The next one of this batch can refer to it."""
        if waiting.way is Way.mail and waiting.message.ticket is not None:
            self._before.setdefault(_reader(waiting), []).append((waiting.message.sequence, waiting.key))


def _reader(waiting: Waiting) -> tuple[str, Recipient]:
    return waiting.message.ticket or "", waiting.message.to
