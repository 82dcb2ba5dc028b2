"""Products and their versions, what an organisation has registered and given for good, requests that were refused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SHOWN = ("kind", "cover", "missing", "product")
"""What a ticket's row shows of its scope."""


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name.rstrip("?"), sa.Text, nullable=name.endswith("?")) for name in names]


def instants(*names: str) -> list[sa.Column[str]]:
    at = sa.DateTime(timezone=True)
    return [sa.Column(name.rstrip("?"), at, nullable=name.endswith("?")) for name in names]


def refers(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=f"{table}_organisation_fk")


def upgrade() -> None:
    for name in SHOWN:
        op.add_column("tickets", sa.Column(name, sa.Text))
    op.create_table(
        "product_versions",
        *words("product", "version", "line", "stage"),
        *instants("released_at", "end_of_life_at?"),
        sa.PrimaryKeyConstraint("product", "version", name="product_versions_pk"),
    )
    op.create_table(
        "registered_products",
        *words("organisation", "product", "serial"),
        *instants("registered_at"),
        sa.PrimaryKeyConstraint("organisation", "product", "serial", name="registered_products_pk"),
        refers("registered_products"),
    )
    op.create_table(
        "organisation_facts",
        *words("organisation", "agreement", "item"),
        *instants("given_at"),
        sa.PrimaryKeyConstraint("organisation", "agreement", "item", name="organisation_facts_pk"),
        refers("organisation_facts"),
    )
    op.create_table(
        "refused_requests",
        *words("id"),
        *instants("at"),
        *words("organisation", "contact?", "subject", "description", "code", "detail", "role", "by"),
        sa.PrimaryKeyConstraint("id", name="refused_requests_pk"),
        refers("refused_requests"),
    )
    op.create_index("refused_requests_by_time", "refused_requests", ["at", "id"])


def downgrade() -> None:
    for table in ("refused_requests", "organisation_facts", "registered_products", "product_versions"):
        op.drop_table(table)
    for name in SHOWN:
        op.drop_column("tickets", name)
