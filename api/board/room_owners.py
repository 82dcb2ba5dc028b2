"""Whose a chat channel can be: teams and roles that have a mailbox, and our people, by name."""

from __future__ import annotations

from api.board.agreed_words import agreed_words
from api.board.rows import LEVELS
from api.context import Context
from api.pages.catalogue import mark as _
from api.pages.catalogue import say
from domain.words import Level
from store import directory, names

ROLES = {"lead": _("the leads"), "manager": _("the managers"), "operations": _("operations")}


def owners(ours: Context, language: str) -> dict[str, str]:
    """Each by its kind and id: "team/consulting/logistics", "role/manager", "staff/bob"."""
    groups = agreed_words(ours, language).groups
    found = {}
    for box in directory.mailboxes(ours.database):
        first, _slash, group = box.id.partition("/")
        words = say(language, LEVELS[Level(first)]) if first in {str(one) for one in Level} else first
        if box.kind == "role":
            words = say(language, ROLES.get(first, first))
        found[f"{box.kind}/{box.id}"] = f"{words} · {groups.get(group, group)}" if group else words
    return found | {f"staff/{id_}": name for id_, name in names.of_staff(ours.database).items()}
