"""Hour packages and what tickets take from them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name.rstrip("?"), sa.Text, nullable=name.endswith("?")) for name in names]


def instants(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names]


def numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"{table}_{column}_fk")


def upgrade() -> None:
    packages()
    bookings()
    entries()


def packages() -> None:
    op.create_table(
        "hour_packages",
        *words("id", "organisation", "contract"),
        *numbers("minutes"),
        *instants("bought_at", "expires_at"),
        *words("sold_by"),
        *instants("sold_at"),
        *words("digest", "warned?"),
        sa.PrimaryKeyConstraint("id", name="hour_packages_pk"),
        refers("hour_packages", "organisation", "organisations.id"),
        refers("hour_packages", "contract", "contracts.id"),
    )
    op.create_index("hour_packages_by_organisation", "hour_packages", ["organisation", "expires_at", "id"])


def bookings() -> None:
    op.create_table(
        "hour_bookings",
        *words("ticket", "cause", "package"),
        *numbers("minutes"),
        *instants("at"),
        sa.PrimaryKeyConstraint("ticket", "cause", "package", name="hour_bookings_pk"),
        refers("hour_bookings", "package", "hour_packages.id"),
    )
    op.create_index("hour_bookings_by_package", "hour_bookings", ["package", "at"])


def entries() -> None:
    op.create_table(
        "hour_entries",
        *words("ticket"),
        *numbers("number", "sequence"),
        *words("organisation", "contract", "work", "member"),
        *instants("began_at", "logged_at"),
        *numbers("worked", "counted", "charged"),
        *words("cover", "text"),
        sa.PrimaryKeyConstraint("ticket", "number", name="hour_entries_pk"),
        refers("hour_entries", "ticket", "tickets.id"),
    )
    for name, at in (("hour_entries_by_organisation", "began_at"), ("hour_entries_by_logging", "logged_at")):
        op.create_index(name, "hour_entries", ["organisation", at, "ticket", "number"])


def downgrade() -> None:
    for table in ("hour_entries", "hour_bookings", "hour_packages"):
        op.drop_table(table)
