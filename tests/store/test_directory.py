"""Who is who: found, replaced, reached."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from domain.messages import Recipient
from domain.words import Level, Role
from store import directory
from store.database import Database
from store.directory import Contact, Contract, Mailbox, Organisation, Staff
from tests.factories import DAY, MONDAY

ACME = Organisation(id="acme", name="ACME Logistics", language="fr", aliases=("acme-prod", "ACME"))
ANNA = Contact(
    id="anna", organisation="acme", name="Anna Berg", email="anna@acme.example", role="key_user", language="fr"
)


@pytest.fixture
def known(db: Database) -> Database:
    directory.save(
        db,
        ACME,
        Organisation(id="other", name="Other", language="en", aliases=("shared",)),
        Organisation(id="third", name="Third", language="en", aliases=("Shared", "acme")),
        Contract(id="old", organisation="acme", agreement="olcare", valid_from=MONDAY - 900 * DAY, valid_to=MONDAY),
        Contract(id="now", organisation="acme", agreement="trial", region="FR", valid_from=MONDAY),
        ANNA,
        Contact(id="carl", organisation="acme", name="Carl", telephone="+33 1", role="end_user", language="fr"),
        Staff(id="bob", name="Bob", email="bob@support.example", role=Role.level1, level=Level.support),
        Mailbox(kind="team", id="consulting", email="consulting@support.example"),
        Mailbox(kind="team", id="consulting/logistics", email="logistics@support.example"),
        Mailbox(kind="role", id="manager", email="manager@support.example"),
    )
    return db


def test_what_was_saved_is_read_back(known: Database) -> None:
    assert directory.organisation(known, "acme") == ACME
    assert directory.contact(known, "anna") == ANNA
    assert [one.id for one in directory.organisations(known)] == ["acme", "other", "third"]
    assert [one.id for one in directory.contacts(known, "acme")] == ["anna", "carl"]
    assert [one.role for one in directory.staff(known)] == [Role.level1]
    assert len(directory.mailboxes(known)) == 3
    assert directory.organisation(known, "nobody") is None


def test_saving_again_replaces(known: Database) -> None:
    directory.save(known, ANNA.model_copy(update={"email": "berg@acme.example"}))
    assert [one.email for one in directory.contacts(known, "acme")] == ["berg@acme.example", None]


def test_a_contract_holds_from_its_first_instant_until_before_its_last(known: Database) -> None:
    assert [one.id for one in directory.contracts(known, "acme", MONDAY)] == ["now"]
    assert [one.id for one in directory.contracts(known, "acme", MONDAY - DAY)] == ["old"]
    assert [one.id for one in directory.contracts(known, "acme")] == ["old", "now"]
    assert directory.contract(known, "now") is not None


def test_a_contract_of_nobody_is_refused(db: Database) -> None:
    with pytest.raises(IntegrityError):
        directory.save(db, Contract(id="c", organisation="nobody", agreement="trial", valid_from=MONDAY))


@pytest.mark.parametrize(
    ("name", "found"), [("acme", "acme"), ("ACME-Prod", "acme"), ("other", "other"), ("shared", None), ("x", None)]
)
def test_a_monitor_names_an_organisation_by_id_or_by_an_alias_of_one_only(
    known: Database, name: str, found: str | None
) -> None:
    organisation = directory.organisation_known_as(known, name)
    assert (organisation.id if organisation else None) == found


@pytest.mark.parametrize(
    ("kind", "name", "email"),
    [
        ("contact", "anna", "anna@acme.example"),
        ("contact", "carl", None),
        ("contact", "nobody", None),
        ("staff", "bob", "bob@support.example"),
        ("team", "consulting/logistics", "logistics@support.example"),
        ("team", "consulting/finance", "consulting@support.example"),
        ("team", "rnd", None),
        ("role", "manager", "manager@support.example"),
        ("role", "lead", None),
    ],
)
def test_recipients_are_reached_where_the_directory_says(
    known: Database, kind: str, name: str, email: str | None
) -> None:
    address = directory.address_of(known, Recipient.model_validate({"kind": kind, "id": name}))
    assert (address.email if address else None) == email
