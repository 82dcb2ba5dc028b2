"""Terms for new tickets: the store's current agreement, compiled once a day and revision."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from agreements import AgreementError, AgreementFile, compile_terms, parse
from api.http.problems import Problem
from domain.errors import DomainError
from domain.terms import Terms
from store import agreements as stored
from store.database import Database
from store.directory import Contract


class Compiled:
    """Compiling expands years of public holidays, so what was compiled is kept; a new revision is a new entry."""

    def __init__(self, kept: int = 64) -> None:
        self._compile = lru_cache(maxsize=kept)(_compile)
        self._read = lru_cache(maxsize=kept)(_read)
        self._revision = lru_cache(maxsize=kept)(_revision)

    def terms(self, database: Database, contract: Contract, now: datetime) -> Terms:
        """The terms of the contract's agreement as it stands now, with its programme and region.

        A Problem when the agreement has not been loaded; DomainError when it does not offer what the contract names.
        """
        name = contract.agreement
        agreement = stored.current(database, name)
        if agreement is None:
            raise Problem(
                422,
                "agreement_not_loaded",
                f'The contract names the agreement "{name}", which is not loaded. Ask operations to load it.',
            )
        return self._compile(name, agreement.document, now.date(), contract.programme, contract.region)

    def pinned(
        self, database: Database, name: str, revision: str, opened: datetime, contract: Contract | None
    ) -> Terms | None:
        """The terms that a ticket opened then carries, near enough for its names and calendars; None when it is gone,
        or cannot be read any more.

        A list shows many tickets at once, and each carries its terms in its history: too much to be read for a list.
        """
        try:
            agreement = self._revision(database, name, revision)
        except LookupError:
            return None
        first = date(opened.year, 1, 1)  # one entry a year, not one a day
        chosen = (contract.programme, contract.region) if contract else (None, None)
        try:
            return self._compile(name, agreement.document, first, *chosen)
        except AgreementError:
            self._revision.cache_clear()  # it is asked for again, until somebody has mended it
            return None
        except DomainError:  # the contract has chosen something else since
            return self._compile(name, agreement.document, first, None, None)

    def read(self, one: stored.Revision) -> AgreementFile:
        """What a revision says; it never changes."""
        return self._read(one.name, one.document)


def _revision(database: Database, name: str, revision: str) -> stored.Revision:
    found = stored.get(database, name, revision)
    if found is None:
        raise LookupError(name)  # an exception is not remembered: it may be loaded later
    return found


def _read(name: str, document: str) -> AgreementFile:
    return parse(document, file=name, name=name)


def _compile(name: str, document: str, opened: date, programme: str | None, region: str | None) -> Terms:
    return compile_terms(_read(name, document), opened=opened, programme=programme, region=region)
