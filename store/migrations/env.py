"""Alembic's environment. `Database.upgrade` gives it the connection; the turn to migrate is already held."""

from alembic import context

from store.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run by `Database.upgrade()`: start the worker or `escalade up`.")

# On PostgreSQL each migration is a transaction of its own: none holds its tables while the next ones run.
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=connection.dialect.name == "postgresql",
)
with context.begin_transaction():
    context.run_migrations()
