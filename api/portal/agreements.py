"""What the portal calls an agreement."""

from __future__ import annotations

from collections.abc import Mapping

from api.context import Context
from store import agreements as stored


def agreement_title(ours: Context, name: str, language: str) -> str:
    """What its publisher calls it; its name where it is no longer loaded."""
    current = stored.current(ours.database, name)
    titles = ours.agreements.read(current).title if current else {}
    return titles.get(language) or next(iter(titles.values()), name)


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
