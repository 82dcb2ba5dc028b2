"""Notes that may be lost: when something was used last. Reading goes on where the database takes no writes."""

from __future__ import annotations

import logging

from sqlalchemy import Update
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database

log = logging.getLogger(__name__)


def note(db: Database, what: str, statement: Update) -> bool:
    """Makes the note, unless it would have to wait; False, with a word in the log, when it was not made.

    Whoever signs in to see why nothing is written any more must not be kept out by the note that they signed in.
    """
    try:
        with db.begin_if_free() as connection:
            connection.execute(statement)
    except (SQLAlchemyError, TimeoutError) as error:
        log.warning("%s was not noted: %s", what, getattr(error, "orig", None) or error)
        return False
    return True
