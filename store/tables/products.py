"""Products and their versions, what organisations have registered or given for good, requests that were refused."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from store.tables.base import instant, metadata, organisation, words

product_versions = Table(
    "product_versions",
    metadata,
    words("product"),
    words("version"),
    words("line"),  # versions that are supported together: 11 for 11.8.4
    words("stage"),
    instant("released_at"),
    instant("end_of_life_at", optional=True),
    PrimaryKeyConstraint("product", "version"),
)

registered_products = Table(
    "registered_products",
    metadata,
    organisation(),
    words("product"),
    words("serial"),
    instant("registered_at"),
    PrimaryKeyConstraint("organisation", "product", "serial"),
)

organisation_facts = Table(
    "organisation_facts",
    metadata,
    organisation(),
    words("agreement"),
    words("item"),  # of the agreement's intake; never its value, which may be a secret
    instant("given_at"),
    PrimaryKeyConstraint("organisation", "agreement", "item"),
)

refused_requests = Table(
    "refused_requests",
    metadata,
    words("id", primary_key=True),
    instant("at"),
    organisation(),
    words("contact", optional=True),
    words("subject"),
    words("description"),
    words("code"),
    words("detail"),
    words("role"),
    words("by"),
    Index("refused_requests_by_time", "at", "id"),
)
