"""Files of a message of which nobody knows yet whose it is: they stay with it, and go where it goes."""

from __future__ import annotations

from api.access.auth import Principal
from api.attachments.naming import For, named
from api.attachments.taking import NOBODYS
from domain.attachments import AttachmentRef
from store import attachments
from store.database import Database


def stay_with(database: Database, message: str, ids: tuple[str, ...], caller: Principal) -> None:
    """The uploads that a message names are kept as long as it is."""
    if ids:
        attachments.stay_with(database, message, ids, caller.scope)


def given(database: Database, message: str, organisation: str) -> tuple[AttachmentRef, ...]:
    """The message's files, which are the organisation's from now on."""
    files = attachments.of_messages(database, [message])[message]
    attachments.give(database, [file.id for file in files], organisation)
    return tuple(file.ref for file in files if file.organisation in (NOBODYS, organisation))


def of_message(message: str, ids: tuple[str, ...], of: For) -> tuple[AttachmentRef, ...]:
    """The files that a message names, whether it was kept before or comes for the first time."""
    before = {ref.id: ref for ref in given(of.database, message, of.organisation)} if ids else {}
    new = {ref.id: ref for ref in named([one for one in ids if one not in before], of)}
    return tuple({**before, **new}[one] for one in dict.fromkeys(ids))
