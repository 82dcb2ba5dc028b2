"""Files that people sent, until something uses them: kept once per organisation and content, dropped when nobody does.

An upload waits for the step that names it; what a step carries is claimed by its recording (store/attachment_uses.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from domain.attachments import AttachmentRef
from domain.base import Instant, Model
from store.database import Database
from store.tables import attachment_contents as contents
from store.tables import attachment_uses
from store.tables import attachments as t

WAITS = timedelta(days=1)
"""How long an upload waits for a step that names it."""
HELD = timedelta(days=30)
"""How long it waits once a step is on its way: longer than any trouble that keeps a recording from the database."""
AT_ONCE = 200
"""Files that one sweep drops at most."""


class Stored(Model):
    """A file. `uploader` is who may use it while it waits; `drop_at` is absent once something does.

    `message`: the message that came in with it. An empty organisation: nobody knows yet whose it is.
    """

    id: str
    organisation: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploader: str
    uploaded_at: Instant
    drop_at: Instant | None = None
    message: str | None = None

    @property
    def ref(self) -> AttachmentRef:
        """What a fact carries of it."""
        return AttachmentRef.model_validate({name: getattr(self, name) for name in AttachmentRef.model_fields})


def add(db: Database, file: Stored, content: bytes) -> Stored:
    """Keeps a file; the one that is there already under that id instead, when the same was sent again."""
    dialect: Any = sqlite if db.sqlite else postgresql
    key = {"organisation": file.organisation, "sha256": file.sha256}
    put = dialect.insert(contents).values({**key, "content": content})
    # An update, though it changes nothing: it locks the row, so that no sweep drops the content under our hands.
    put = put.on_conflict_do_update(index_elements=list(key), set_={"sha256": put.excluded.sha256})
    row = {name: getattr(file, name) for name in Stored.model_fields}
    for attempt in (1, 2):
        try:
            with db.begin() as connection:
                connection.execute(put)
                connection.execute(dialect.insert(t).values(row).on_conflict_do_nothing(index_elements=["id"]))
            break
        except IntegrityError:  # the sweep was quicker after all; now the content is gone, and is written again
            if attempt == 2:
                raise
    stored = get(db, file.id)
    assert stored is not None  # just written, or there before
    return stored


def get(db: Database, attachment: str) -> Stored | None:
    """That file, whatever it is used for."""
    return next(iter(find(db, [attachment])), None)


def find(db: Database, ids: Iterable[str]) -> list[Stored]:
    """The files with these ids, as far as there are any."""
    with db.read() as connection:
        rows = connection.execute(select(t).where(t.c.id.in_([*ids]))).mappings().all()
    return [Stored.model_validate(dict(row)) for row in rows]


def content(db: Database, file: Stored) -> bytes:
    """What is in it."""
    query = select(contents.c.content).where(
        contents.c.organisation == file.organisation, contents.c.sha256 == file.sha256
    )
    with db.read() as connection:
        return bytes(connection.execute(query).scalar_one())


def waiting(db: Database, uploader: str) -> int:
    """Bytes of the uploads of somebody that nothing uses yet."""
    query = select(func.coalesce(func.sum(t.c.size), 0)).where(t.c.uploader == uploader, t.c.drop_at.is_not(None))
    with db.read() as connection:
        return int(connection.execute(query).scalar_one())


def hold(db: Database, ids: Iterable[str], now: datetime) -> None:
    """A step that carries them is on its way: none of them is dropped before it can have been recorded."""
    until = now + HELD
    waits = (t.c.id.in_([*ids]), t.c.drop_at.is_not(None), t.c.drop_at < until)
    with db.begin() as connection:
        connection.execute(update(t).where(*waits).values(drop_at=until))


def of_messages(db: Database, messages: Iterable[str]) -> dict[str, list[Stored]]:
    """The files that came in with these messages, by message, in the order in which they stood there."""
    wanted = [*messages]
    found: dict[str, list[Stored]] = {message: [] for message in wanted}
    with db.read() as connection:
        query = select(t).where(t.c.message.in_(wanted)).order_by(t.c.uploaded_at, t.c.id)
        for row in connection.execute(query).mappings():
            found[row["message"]].append(Stored.model_validate(dict(row)))
    return found


def give(db: Database, ids: Iterable[str], organisation: str) -> None:
    """These files are an organisation's now, where nobody knew before whose they were."""
    nobodys = (t.c.id.in_([*ids]), t.c.organisation == "")
    with db.begin() as connection:
        hashes = connection.execute(select(t.c.sha256).where(*nobodys)).scalars().all()
        copied = select(bindparam("to", organisation).label("to"), contents.c.sha256, contents.c.content).where(
            contents.c.organisation == "",
            contents.c.sha256.in_(hashes),
            ~exists().where(_theirs.c.organisation == organisation, _theirs.c.sha256 == contents.c.sha256),
        )
        connection.execute(insert(contents).from_select(["organisation", "sha256", "content"], copied))
        connection.execute(update(t).where(*nobodys).values(organisation=organisation))


def stay_with(db: Database, message: str, ids: Iterable[str], uploader: str) -> None:
    """Uploads of somebody that wait are kept with a message."""
    waits = (t.c.id.in_([*ids]), t.c.uploader == uploader, t.c.drop_at.is_not(None))
    with db.begin() as connection:
        connection.execute(update(t).where(*waits).values(drop_at=None, message=message))


def let_go(db: Database, message: str, now: datetime) -> None:
    """A message was nobody's: what came in with it is dropped after a while, unless a ticket carries it."""
    used = exists().where(attachment_uses.c.attachment == t.c.id)
    with db.begin() as connection:
        connection.execute(update(t).where(t.c.message == message, ~used).values(drop_at=now + HELD))


def discard(db: Database, attachment: str) -> bool:
    """Drops a file that nothing uses, its content at the next sweep; False when something does, or it is not there."""
    with db.begin() as connection:
        gone = connection.execute(delete(t).where(t.c.id == attachment, t.c.drop_at.is_not(None)))
    return gone.rowcount == 1


def sweep(db: Database, now: datetime) -> int:
    """Drops uploads that waited too long, and contents that nobody needs; how many uploads it were."""
    late = select(t.c.id).where(t.c.drop_at <= now).order_by(t.c.drop_at).limit(AT_ONCE)
    with db.begin() as connection:
        gone = connection.execute(delete(t).where(t.c.id.in_(late), t.c.drop_at <= now))
    _drop_contents(db)
    return gone.rowcount


def _drop_contents(db: Database) -> None:
    needed = exists().where(t.c.organisation == contents.c.organisation, t.c.sha256 == contents.c.sha256)
    try:
        with db.begin() as connection:
            connection.execute(delete(contents).where(~needed))
    except IntegrityError:
        return  # somebody has just begun to need one of them: the next sweep looks again


_theirs = contents.alias("theirs")
