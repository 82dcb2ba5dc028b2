"""Whose mail it is: a contact's of the ticket's organisation, one of our staff's, or nobody's whom we may trust."""

from __future__ import annotations

from dataclasses import dataclass

from api.mailroom.which_ticket import Found
from domain.words import STAFF
from store import directory
from store.database import Database
from store.directory import Contact, Staff
from store.inbox import Why


@dataclass(frozen=True)
class Writer:
    """One of the two, or `why` neither."""

    contact: Contact | None = None
    staff: Staff | None = None
    why: Why | None = None


def contacts_at(database: Database, address: str) -> list[Contact]:
    """The contacts with this e-mail address: nothing else that it may look like."""
    wanted = address.lower()
    return [one for one in directory.contacts_reached_at(database, address) if (one.email or "").lower() == wanted]


def writer(database: Database, address: str, found: Found | None) -> Writer:
    """Who wrote a mail from `address` about the ticket that was found.

    An address of ours counts on a ticket only: what staff writes goes out in our name. A contact of another
    organisation never joins a ticket, whatever it names.
    """
    contacts = contacts_at(database, address)
    staff = [one for one in directory.staff(database) if (one.email or "").lower() == address.lower()]
    if found is not None:
        theirs = [one for one in contacts if one.organisation == found.organisation]
        if theirs:
            return Writer(contact=theirs[0])
    if staff and staff[0].role in STAFF:
        return Writer(staff=staff[0]) if found is not None else Writer(why="staff_without_ticket")
    if found is not None and found.signed:
        return Writer(why="foreign_sender")
    if len(contacts) == 1:
        return Writer(contact=contacts[0]) if found is None else Writer(why="foreign_sender")
    return Writer(why="several_senders" if contacts else "unknown_sender")
