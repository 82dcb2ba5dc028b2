"""Who is who, what was agreed, and who may call: organisations, contracts, contacts, staff, keys, agreements."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from store.tables.base import instant, metadata, organisation, words
from store.types import Document

organisations = Table(
    "organisations",
    metadata,
    words("id", primary_key=True),
    words("name"),
    Column("aliases", Document, nullable=False),  # names under which monitors know it
    words("language"),
)

contracts = Table(
    "contracts",
    metadata,
    words("id", primary_key=True),
    organisation(),
    words("agreement"),
    words("programme", optional=True),
    words("region", optional=True),
    words("cover", optional=True),  # where the agreement tells covers apart: subscription, maintenance
    instant("accepted_at", optional=True),  # of the implementation project
    words("success_manager", optional=True),  # members of staff and contacts, by id
    words("account_manager", optional=True),
    words("client_representative", optional=True),
    words("provider_representative", optional=True),
    instant("valid_from"),
    instant("valid_to", optional=True),
    Index("contracts_by_organisation", "organisation", "valid_from"),
)

contacts = Table(
    "contacts",
    metadata,
    words("id", primary_key=True),
    organisation(),
    words("name"),
    words("email", optional=True),
    words("telephone", optional=True),
    words("role"),
    words("language"),
    instant("deactivated_at", optional=True),  # signs in no longer, is written to no longer; old tickets name them
    Index("contacts_by_organisation", "organisation", "role"),
)

contact_changes = Table(
    "contact_changes",
    metadata,
    Column("contact", Text, ForeignKey("contacts.id"), nullable=False),
    Column("number", Integer, nullable=False),
    instant("at"),
    words("role"),
    words("by"),
    words("before"),
    words("after"),
    PrimaryKeyConstraint("contact", "number"),
)
"""Who changed what of a contact: documents with the fields that changed."""

staff = Table(
    "staff",
    metadata,
    words("id", primary_key=True),
    words("name"),
    words("email", optional=True),
    words("role"),
    words("level", optional=True),
    words("group", optional=True),
)

mailboxes = Table(
    "mailboxes",
    metadata,
    words("kind"),  # team or role, as in domain.messages.Recipient
    words("id"),
    words("email"),
    PrimaryKeyConstraint("kind", "id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    words("id", primary_key=True),
    words("hash", unique=True),
    words("role"),
    words("subject"),
    organisation(optional=True),
    instant("created_at"),
    instant("expires_at", optional=True),
    instant("revoked_at", optional=True),
    instant("last_used_at", optional=True),
    words("name", optional=True),  # what it is for, in words
    words("scopes", optional=True),  # absent: whatever its role may do
    words("made_by", optional=True),
    Index("api_keys_by_organisation", "organisation", "created_at", "id"),
)

agreements = Table(
    "agreements",
    metadata,
    words("name"),
    words("revision"),
    instant("loaded_at"),
    words("document"),
    Column("current", Boolean, nullable=False),
    PrimaryKeyConstraint("name", "revision"),
    # Two current revisions of one agreement would make new tickets depend on chance.
    Index(
        "agreements_current",
        "name",
        unique=True,
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
)
