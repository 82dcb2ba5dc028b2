"""Sign-in links, identities at providers, audit, counters, and what keys and sessions came to tell."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def words(*names: str, optional: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=optional) for name in names]


def instants(*names: str, optional: bool = False) -> list[sa.Column]:
    return [sa.Column(name, AT, nullable=optional) for name in names]


def upgrade() -> None:
    op.create_table(
        "sign_in_links",
        *words("id", "hash", "kind", "subject"),
        *words("browser", optional=True),
        *words("next"),
        *instants("created_at", "expires_at"),
        *instants("used_at", optional=True),
        sa.PrimaryKeyConstraint("id", name="sign_in_links_pk"),
        sa.UniqueConstraint("hash", name="sign_in_links_hash_uq"),
    )
    op.create_index("sign_in_links_by_end", "sign_in_links", ["expires_at"])
    op.create_table(
        "identities",
        *words("issuer", "external", "kind", "subject", "role"),
        *words("email", optional=True),
        *instants("created_at", "seen_at"),
        sa.PrimaryKeyConstraint("issuer", "external", name="identities_pk"),
    )
    op.create_index("identities_by_subject", "identities", ["subject"])
    op.create_table(
        "audit",
        *words("id"),
        *instants("at", "last_at"),
        *words("operation", "outcome"),
        *words("code", "role", "subject", "organisation", "origin", "about", "trace", optional=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pk"),
    )
    op.create_index("audit_by_at", "audit", ["at", "id"])
    op.create_index("audit_by_subject", "audit", ["subject", "at"])
    op.create_table(
        "rate_counts",
        *words("key"),
        sa.Column("window", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        *instants("ends_at"),
        sa.PrimaryKeyConstraint("key", "window", name="rate_counts_pk"),
    )
    op.create_index("rate_counts_by_end", "rate_counts", ["ends_at"])
    op.add_column("sessions", sa.Column("credential", sa.Text, nullable=True))
    for name in ("name", "scopes", "made_by"):
        op.add_column("api_keys", sa.Column(name, sa.Text, nullable=True))
    op.create_index("api_keys_by_organisation", "api_keys", ["organisation", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("api_keys_by_organisation", "api_keys")
    for name in ("name", "scopes", "made_by"):
        op.drop_column("api_keys", name)
    op.drop_column("sessions", "credential")
    for table in ("rate_counts", "audit", "identities", "sign_in_links"):
        op.drop_table(table)
