"""What membership in a provider's group means here: a role of ours, or a place at an organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.words import ContactRole, Level, Role

ALLOWED = (
    "client:ORGANISATION, client:ORGANISATION:key_user (or administrator, end_user), support:level1, "
    "support:consultant, support:consultant/GROUP, support:rnd, managers, operations"
)
_STAFF = {
    "support:level1": Role.level1,
    "support:consultant": Role.consultant,
    "support:rnd": Role.rnd,
    "support:manager": Role.manager,
    "managers": Role.manager,
    "operations": Role.operations,
}
_LEVELS = {Role.level1: Level.support, Role.consultant: Level.consulting, Role.rnd: Level.rnd}
_RANK = (Role.manager, Role.rnd, Role.consultant, Role.level1, Role.operations, Role.client)
"""Of several that somebody has, the first counts."""
_CONTACTS = (ContactRole.administrator, ContactRole.key_user, ContactRole.end_user)


class BadGrant(ValueError):
    """A meaning that is none; the message says which there are."""


@dataclass(frozen=True)
class Grant:
    """`organisation` is how a client's is known here; `contact` is absent where the directory decides."""

    role: Role
    group: str | None = None
    organisation: str | None = None
    contact: ContactRole | None = None

    @property
    def level(self) -> Level | None:
        """Where somebody of our staff works."""
        return _LEVELS.get(self.role)


def parse(meaning: str) -> Grant:
    """The grant that a text means. BadGrant otherwise."""
    head, _, rest = meaning.partition(":")
    if head == "client" and rest:
        name, _, contact = rest.rpartition(":")
        if name and contact in set(ContactRole):
            return Grant(Role.client, organisation=name, contact=ContactRole(contact))
        return Grant(Role.client, organisation=rest)
    plain, _, group = meaning.partition("/")
    role = _STAFF.get(plain)
    if role is None or (group and role is not Role.consultant) or (not group and "/" in meaning):
        raise BadGrant(f'"{meaning}" means nothing here; known are {ALLOWED}')
    return Grant(role, group=group or None)


def granted(groups: Iterable[str], mapping: Mapping[str, str]) -> tuple[Grant, ...]:
    """What these groups give, the strongest first: by the mapping, or by their own names where there is none."""
    found = []
    for group in groups:
        meaning = mapping.get(group) if mapping else group
        if meaning is None:
            continue
        try:
            found.append(parse(meaning))
        except BadGrant:
            continue  # a group of the provider that has nothing to do with us
    return tuple(sorted(dict.fromkeys(found), key=_rank))


def _rank(grant: Grant) -> tuple[int, int, str, str]:
    contact = _CONTACTS.index(grant.contact) if grant.contact else len(_CONTACTS)
    return _RANK.index(grant.role), contact, grant.organisation or "", grant.group or ""
