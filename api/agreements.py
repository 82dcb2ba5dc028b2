"""Terms for new tickets: the store's current agreement, compiled once a day and revision."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from agreements import AgreementFile, compile_terms, parse
from api.problems import Problem
from domain.terms import Terms
from store import agreements as stored
from store.database import Database


class Compiled:
    """Compiling expands years of public holidays, so what was compiled is kept; a new revision is a new entry."""

    def __init__(self, kept: int = 64) -> None:
        self._compile = lru_cache(maxsize=kept)(_compile)
        self._read = lru_cache(maxsize=kept)(_read)

    def terms(self, database: Database, name: str, now: datetime) -> Terms:
        """The terms of `name` as it stands now. A Problem when it has not been loaded."""
        agreement = stored.current(database, name)
        if agreement is None:
            raise Problem(
                422,
                "agreement_not_loaded",
                f'The contract names the agreement "{name}", which is not loaded. Ask operations to load it.',
            )
        return self._compile(name, agreement.document, now.date())

    def read(self, one: stored.Revision) -> AgreementFile:
        """What a revision says; it never changes."""
        return self._read(one.name, one.document)


def _read(name: str, document: str) -> AgreementFile:
    return parse(document, file=name, name=name)


def _compile(name: str, document: str, opened: date) -> Terms:
    return compile_terms(_read(name, document), opened=opened)
