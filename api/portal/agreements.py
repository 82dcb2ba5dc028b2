"""What people call an agreement, and a contract under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from api.context import Context
from api.pages import times
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from api.pages.rendering import DEFAULT_ZONE
from store import agreements as stored
from store.directory import Contract

COVERS = {"subscription": _("subscription"), "maintenance": _("maintenance")}
"""Of agreements that tell covers apart; other words are an agreement's own."""


def agreement_title(ours: Context, name: str, language: str) -> str:
    """What its publisher calls it; its name where it is no longer loaded."""
    current = stored.current(ours.database, name)
    titles = ours.agreements.read(current).title if current else {}
    return titles.get(language) or next(iter(titles.values()), name)


def contract_title(ours: Context, contract: Contract, language: str) -> str:
    """What tells a contract from another of the same client: its agreement, what it chose, since when."""
    current = stored.current(ours.database, contract.agreement)
    programmes = ours.agreements.read(current).programmes if current else {}
    chosen = programmes.get(contract.programme or "")
    parts = [
        agreement_title(ours, contract.agreement, language),
        _said(chosen.title, language) if chosen else contract.programme,
        say(language, COVERS.get(contract.cover, contract.cover)) if contract.cover else None,
        say(language, _("since %(day)s"), day=times.day_words(contract.valid_from, language, DEFAULT_ZONE)),
    ]
    return " · ".join(part for part in parts if part)


def contract_titles(ours: Context, contracts: Iterable[Contract], language: str) -> dict[str, str]:
    """The same by the contracts' ids, which are added where nothing else tells two of them apart."""
    titles = {one.id: contract_title(ours, one, language) for one in contracts}
    often = Counter(titles.values())
    return {id_: title if often[title] == 1 else f"{title} ({id_})" for id_, title in titles.items()}


def impacts_of(ours: Context, name: str, language: str) -> list[tuple[str, str, str]]:
    """Each impact that can be stated: its name, its title, and the title of the severity that it proposes."""
    current = stored.current(ours.database, name)
    if current is None:
        return []
    severities = ours.agreements.read(current).severities.values()
    return [
        (impact, _said(title, language), _said(severity.title, language))
        for severity in severities
        for impact, title in severity.impacts.items()
    ]


def _said(title: Mapping[str, str], language: str) -> str:
    return title.get(language) or next(iter(title.values()), "")
