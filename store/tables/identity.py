"""How people sign in, what was refused to whom, and how often somebody came: links, identities, audit, counters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table

from store.tables.base import instant, metadata, words

sign_in_links = Table(
    "sign_in_links",
    metadata,
    words("id", primary_key=True),
    words("hash", unique=True),
    words("kind"),  # contact or staff
    words("subject"),
    words("browser", optional=True),  # hash of the cookie of the browser that asked for it
    words("next"),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", optional=True),
    Index("sign_in_links_by_end", "expires_at"),
)

identities = Table(
    "identities",
    metadata,
    words("issuer"),
    words("external"),  # the provider's own id of the person
    words("kind"),
    words("subject"),
    words("role"),
    words("email", optional=True),
    instant("created_at"),
    instant("seen_at"),
    PrimaryKeyConstraint("issuer", "external"),
    Index("identities_by_subject", "subject"),
)

audit = Table(
    "audit",
    metadata,
    words("id", primary_key=True),  # of a refusal: what makes it the same as the one before, in the same minute
    instant("at"),
    instant("last_at"),
    words("operation"),
    words("outcome"),
    words("code", optional=True),
    words("role", optional=True),
    words("subject", optional=True),
    words("organisation", optional=True),
    words("origin", optional=True),
    words("about", optional=True),
    words("trace", optional=True),
    Column("count", Integer, nullable=False),
    Index("audit_by_at", "at", "id"),
    Index("audit_by_subject", "subject", "at"),
)

rate_counts = Table(
    "rate_counts",
    metadata,
    words("key"),
    Column("window", BigInteger, nullable=False),  # its number since 1970, of the length that the key names
    Column("count", BigInteger, nullable=False),
    instant("ends_at"),
    PrimaryKeyConstraint("key", "window"),
    Index("rate_counts_by_end", "ends_at"),
)
