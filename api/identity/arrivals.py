"""Whom a provider vouches for becomes somebody here: known again, found by a verified address, or entered anew."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.identity.grants import Grant, granted
from api.identity.providers import Provider
from api.pages.catalogue import LANGUAGES, mark
from domain.words import ContactRole, Role
from store import directory, identities, people, sessions
from store.database import Database
from store.identities import Identity
from store.people import Person

NO_GROUP = mark("You are signed in there, but none of your groups opens anything here. Ask your administrator.")
SEVERAL = mark("Your groups name several organisations; you can belong to one only. Ask your administrator.")
NO_ORGANISATION = mark("Your group names an organisation that is not known here. Ask your administrator.")

DEACTIVATED = mark("Your access was taken away here. Ask the key user of your organisation.")


class Turned(Exception):
    """Somebody who may not come in; the message is a sentence of the catalogue, `code` what the audit notes."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody. `email` only where it is verified."""

    issuer: str
    external: str
    name: str
    email: str | None
    language: str | None
    handle: str
    groups: tuple[str, ...]


def vouched(provider: Provider, claims: Mapping[str, Any]) -> Vouched:
    """The claims in our words; what is not of its kind counts as not said."""
    email = _text(claims, "email")
    verified = claims.get("email_verified", provider.trust_email)
    known = email if email and "@" in email and verified in (True, "true") else None
    handle = _text(claims, "preferred_username") or known or str(claims["sub"])
    whole = " ".join(filter(None, (_text(claims, "given_name"), _text(claims, "family_name"))))
    tag = (_text(claims, "locale") or "").replace("_", "-").split("-")[0].lower()
    return Vouched(
        issuer=provider.issuer.rstrip("/"),
        external=str(claims["sub"]),
        name=(_text(claims, "name") or whole or handle)[:200],
        email=known,
        language=tag if tag in LANGUAGES else None,
        handle=handle,
        groups=_groups(claims, provider.groups_claim),
    )


def arrive(db: Database, provider: Provider, claims: Mapping[str, Any], now: datetime) -> Person:
    """Who that is here, entered or brought up to date. Turned when no group lets it in: then its sessions end too."""
    who = vouched(provider, claims)
    known = identities.find(db, who.issuer, who.external)
    try:
        grant = _grant(db, granted(who.groups, provider.groups))
        person = _client(db, who, known, grant) if grant.role is Role.client else _ours(db, who, known, grant)
    except Turned:
        if known is not None:
            sessions.end_all(db, known.subject, now)
        raise
    if known is not None and (known.subject, known.role) != (person.id, person.role):
        sessions.end_all(db, known.subject, now)  # what it was before, it is no longer
    identities.save(
        db,
        Identity(
            issuer=who.issuer, external=who.external, kind=person.kind, subject=person.id, role=person.role,
            email=who.email, created_at=known.created_at if known else now, seen_at=now,
        ),
    )  # fmt: skip
    return person


def _grant(db: Database, grants: tuple[Grant, ...]) -> Grant:
    if not grants:
        raise Turned("no_group", NO_GROUP)
    first = grants[0]
    if first.role is Role.client and len({one.organisation for one in grants}) > 1:
        raise Turned("several_organisations", SEVERAL)
    return first


def _client(db: Database, who: Vouched, known: Identity | None, grant: Grant) -> Person:
    organisation = directory.organisation_known_as(db, grant.organisation or "")
    if organisation is None:
        raise Turned("unknown_organisation", NO_ORGANISATION)
    before = directory.contact(db, known.subject) if known and known.kind == "contact" else None
    if before is not None and before.organisation != organisation.id:
        before = None  # somebody moved: the old organisation keeps its contact, and its tickets
    if before is None and who.email:
        same = [one for one in directory.contacts_reached_at(db, who.email) if one.organisation == organisation.id]
        before = same[0] if len(same) == 1 else None
    gone = before is not None and before.deactivated_at is not None
    if gone or (before is None and who.email and people.deactivated(db, organisation.id, who.email)):
        raise Turned("deactivated", DEACTIVATED)  # its provider may not know yet; a second contact would get around it
    ident = before.id if before else _free(db, f"{_slug(who.handle)}@{organisation.id}", who)
    role = grant.contact or (ContactRole(before.role) if before else ContactRole.end_user)
    fields = {
        **(before.model_dump() if before else {}),
        "id": ident,
        "organisation": organisation.id,
        "name": who.name,
        "role": str(role),
        "language": before.language if before else who.language or organisation.language,
    }
    if who.email:
        fields["email"] = who.email
    contact = directory.Contact.model_validate(fields)
    directory.save(db, contact)
    return people.of_contact(contact)


def _ours(db: Database, who: Vouched, known: Identity | None, grant: Grant) -> Person:
    if grant.role is Role.operations:
        # It is assigned no ticket and told nothing by mail: the directory of our staff does not need it.
        ident = known.subject if known and known.kind == "other" else _free(db, _slug(who.handle), who)
        return Person(kind="other", id=ident, name=who.name, role=Role.operations, language=who.language)
    before = directory.member(db, known.subject) if known and known.kind == "staff" else None
    if before is None and who.email:
        same = [one for one in directory.staff(db) if (one.email or "").lower() == who.email.lower()]
        before = same[0] if len(same) == 1 else None
    group = grant.group
    if group is None and before is not None and before.role is grant.role:
        group = before.group
    member = directory.Staff(
        id=before.id if before else _free(db, _slug(who.handle), who),
        name=who.name,
        email=who.email or (before.email if before else None),
        role=grant.role,
        level=grant.level,
        group=group,
    )
    directory.save(db, member)
    return people.of_staff(member).model_copy(update={"language": who.language})


def _free(db: Database, wished: str, who: Vouched) -> str:
    """The id that was wished for, or one beside it when somebody has it; the same whenever it is asked."""
    if people.known(db, wished) is None and not identities.of_subject(db, wished):
        return wished
    beside = hashlib.sha256(f"{who.issuer} {who.external}".encode()).hexdigest()[:6]
    head, at, tail = wished.partition("@")
    return f"{head}-{beside}{at}{tail}"


def _slug(handle: str) -> str:
    plain = unicodedata.normalize("NFKD", handle.partition("@")[0]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:40] or "person"


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return " ".join(value.split())[:250] or None if isinstance(value, str) else None


def _groups(claims: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    value: Any = claims.get(claim)
    if value is None:
        value = claims
        for part in claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    listed = value if isinstance(value, list) else [value]
    return tuple(one for one in listed if isinstance(one, str))
