"""API keys: shown once, refused with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.words import Role
from store import directory, keys, tables
from store.database import Database
from store.directory import Organisation
from store.keys import KeyRefused
from tests.factories import DAY, MINUTE, MONDAY


def test_a_key_opens_until_it_expires(db: Database) -> None:
    secret, made = keys.create(db, role=Role.level1, subject="bob", now=MONDAY, expires_at=MONDAY + DAY)
    assert secret.startswith("esk_")
    assert keys.find(db, secret, MONDAY + MINUTE) == made
    with pytest.raises(KeyRefused) as refused:
        keys.find(db, secret, MONDAY + DAY)
    assert refused.value.reason == "expired"


def test_a_revoked_key_says_so(db: Database) -> None:
    secret, made = keys.create(db, role=Role.operations, subject="ops", now=MONDAY)
    assert keys.revoke(db, made.id, MONDAY)
    assert not keys.revoke(db, made.id, MONDAY)
    with pytest.raises(KeyRefused) as refused:
        keys.find(db, secret, MONDAY)
    assert refused.value.reason == "revoked"


@pytest.mark.parametrize("secret", ["", "esk_", "esk_x", "é\0"])
def test_a_key_that_we_did_not_make_is_unknown(db: Database, secret: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        keys.find(db, secret, MONDAY)
    assert refused.value.reason == "unknown"


def test_the_secret_is_nowhere_in_the_database(db: Database) -> None:
    secret, _ = keys.create(db, role=Role.manager, subject="max", now=MONDAY)
    with db.read() as connection:
        row = connection.execute(select(tables.api_keys)).one()
    assert secret not in str(row)
    assert secret.removeprefix("esk_") not in str(row)


def test_use_is_noted_at_most_once_a_minute(db: Database) -> None:
    secret, made = keys.create(db, role=Role.level1, subject="bob", now=MONDAY)
    for second in (0, 20, 59):
        keys.touch(db, keys.find(db, secret, MONDAY), MONDAY.replace(second=second))
    assert keys.find(db, secret, MONDAY).last_used_at == MONDAY
    keys.touch(db, keys.find(db, secret, MONDAY), MONDAY + MINUTE)
    assert [key.last_used_at for key in keys.keys(db)] == [MONDAY + MINUTE]
    assert made.last_used_at is None


def test_a_clients_key_is_bound_to_its_organisation(db: Database) -> None:
    with pytest.raises(ValueError, match="organisation"):
        keys.create(db, role=Role.client, subject="anna", now=MONDAY)
    directory.save(db, Organisation(id="acme", name="ACME", language="fr"))
    secret, _ = keys.create(db, role=Role.client, subject="anna", organisation="acme", now=MONDAY)
    assert keys.find(db, secret, MONDAY).organisation == "acme"
