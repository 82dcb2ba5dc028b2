"""Defects, their announcements, releases."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAITS = sa.text("defect_heard IS NOT NULL")
AT = sa.DateTime(timezone=True)


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name.rstrip("?"), sa.Text, nullable=name.endswith("?")) for name in names]


def instant(name: str) -> sa.Column[object]:
    return sa.Column(name, AT, nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"{table}_pk")


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"{table}_{column}_fk")


def upgrade() -> None:
    op.create_table(
        "defects",
        *words("id", "title", "description", "product?", "status"),
        instant("opened_at"),
        *words("opened_role", "opened_by"),
        number("announcements"),
        instant("updated_at"),
        key("defects", "id"),
    )
    op.create_index("defects_by_opened_at", "defects", ["opened_at", "id"])
    op.create_index("defects_by_updated_at", "defects", ["updated_at", "id"])
    op.create_index("defects_by_status", "defects", ["status", "product"])
    op.create_table(
        "defect_announcements",
        *words("defect"),
        number("number"),
        instant("at"),
        *words("role", "by", "kind", "text", "release?", "line?", "command", "digest"),
        key("defect_announcements", "defect", "number"),
        refers("defect_announcements", "defect", "defects.id"),
    )
    op.create_table(
        "defect_unreached",
        *words("defect", "ticket"),
        number("number"),
        instant("at"),
        key("defect_unreached", "defect", "ticket"),
        refers("defect_unreached", "defect", "defects.id"),
        refers("defect_unreached", "ticket", "tickets.id"),
    )
    op.create_table(
        "releases",
        *words("product", "version", "line?", "text"),
        sa.Column("fixes", sa.JSON, nullable=False),
        instant("published_at"),
        *words("role", "by", "digest"),
        key("releases", "product", "version"),
    )
    op.create_index("releases_by_published_at", "releases", ["published_at", "product", "version"])
    op.add_column("tickets", sa.Column("defect", sa.Text))
    op.add_column("tickets", sa.Column("defect_heard", sa.Integer))
    op.add_column("tickets", sa.Column("defect_since", AT))
    op.add_column("tickets", sa.Column("defect_version", sa.Text))
    op.create_index(
        "tickets_by_defect", "tickets", ["defect", "id", "defect_heard"], sqlite_where=WAITS, postgresql_where=WAITS
    )


def downgrade() -> None:
    op.drop_index("tickets_by_defect", "tickets")
    for name in ("defect", "defect_heard", "defect_since", "defect_version"):
        op.drop_column("tickets", name)
    for table in ("releases", "defect_unreached", "defect_announcements", "defects"):
        op.drop_table(table)
