"""Terms for new tickets: the store's current agreement, compiled once a day and revision."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from agreements import AgreementFile, compile_terms, parse
from api.problems import Problem
from domain.terms import Terms
from store import agreements as stored
from store.database import Database
from store.directory import Contract


class Compiled:
    """Compiling expands years of public holidays, so what was compiled is kept; a new revision is a new entry."""

    def __init__(self, kept: int = 64) -> None:
        self._compile = lru_cache(maxsize=kept)(_compile)
        self._read = lru_cache(maxsize=kept)(_read)

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

    def read(self, one: stored.Revision) -> AgreementFile:
        """What a revision says; it never changes."""
        return self._read(one.name, one.document)


def _read(name: str, document: str) -> AgreementFile:
    return parse(document, file=name, name=name)


def _compile(name: str, document: str, opened: date, programme: str | None, region: str | None) -> Terms:
    return compile_terms(_read(name, document), opened=opened, programme=programme, region=region)
