"""Who wrote or called: contacts by id, e-mail address or telephone number; and the lead of a group."""

from __future__ import annotations

import pytest

from domain.messages import Recipient
from store import directory
from store.database import Database
from store.directory import Contact, Mailbox, Organisation


@pytest.fixture
def known(db: Database) -> Database:
    directory.save(db, Organisation(id="acme", name="ACME", language="fr"))
    people = (("anna", "Anna@acme.example", "+33 1 40 20 50 50"), ("carl", None, "0140205051"), ("dan", None, "12"))
    directory.save(
        db,
        *(
            Contact(id=who, organisation="acme", name=who, role="key_user", language="fr", email=email, telephone=phone)
            for who, email, phone in people
        ),
    )
    boxes = (
        ("lead", "lead@s.example"),
        ("lead/consulting/finance", "finance@s.example"),
        ("lead/rnd", "rnd@s.example"),
    )
    directory.save(db, *(Mailbox(kind="role", id=name, email=email) for name, email in boxes))
    return db


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("anna", ["anna"]),
        (" anna@ACME.example ", ["anna"]),
        ("+33140205050", ["anna"]),
        ("0033 1 40 20 50 50", ["anna"]),
        ("01.40.20.50.50", ["anna"]),
        ("+33 (0)1 40 20 50 50", ["anna"]),
        ("+33 1 40 20 50 51", ["carl"]),
        ("+41 1 40 20 50 50", []),
        ("12", []),
        ("205050", []),
        ("carl@acme.example", []),
        ("%", []),
    ],
)
def test_a_contact_is_found_however_its_address_is_written(known: Database, address: str, found: list[str]) -> None:
    assert [one.id for one in directory.contacts_reached_at(known, address)] == found


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("lead/consulting/finance", "finance@s.example"),
        ("lead/consulting/logistics", "lead@s.example"),
        ("lead/rnd/core", "rnd@s.example"),
        ("lead", "lead@s.example"),
    ],
)
def test_a_group_without_a_lead_of_its_own_is_under_the_one_above(known: Database, name: str, email: str) -> None:
    address = directory.address_of(known, Recipient(kind="role", id=name))
    assert address is not None
    assert address.email == email
