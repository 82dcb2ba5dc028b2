"""Severities and competence groups of all agreements, to choose from: a list shows tickets of every one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from agreements import AgreementError, AgreementFile
from api.context import Context
from api.directory.agreements import Compiled
from domain.terms.promises import Title
from store import agreements as stored
from store.agreement_names import current_names
from store.database import Database


@dataclass(frozen=True)
class AgreedWords:
    """What each is called in the reader's language, by its id; an id that agreements call differently has all names."""

    severities: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    """Of the agreements themselves."""


def agreed_words(ours: Context, language: str) -> AgreedWords:
    """Of the agreements as they stand now. One that cannot be read any more is left out: the doctor tells of it."""
    return _gathered(ours.database, ours.agreements, current_names(ours.database), language)


@lru_cache(maxsize=20)
def _gathered(db: Database, read: Compiled, known: tuple[tuple[str, str], ...], language: str) -> AgreedWords:
    files = {name: file for name, revision in known if (file := _file(db, read, name, revision)) is not None}
    severities = [(id_, one.title) for file in files.values() for id_, one in file.severities.items()]
    groups = [
        (id_, title) for file in files.values() for level in file.levels.values() for id_, title in level.groups.items()
    ]
    titles = [(name, file.title) for name, file in files.items()]
    return AgreedWords(*(_called(pairs, language) for pairs in (severities, groups, titles)))


def _file(db: Database, read: Compiled, name: str, revision: str) -> AgreementFile | None:
    found = stored.get(db, name, revision)
    try:
        return read.read(found) if found else None
    except AgreementError:
        return None


def _called(pairs: Iterable[tuple[str, Title]], language: str) -> dict[str, str]:
    """By id, in the order in which they first come."""
    found: dict[str, dict[str, None]] = {}
    for id_, title in pairs:
        found.setdefault(id_, {})[title.get(language) or next(iter(title.values()), id_)] = None
    return {id_: " / ".join(names) for id_, names in found.items()}
