"""Alembic's environment. `Database.upgrade` gives it the connection, whose transaction and lock are already held."""

from alembic import context

from store.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run by `Database.upgrade()`: start the worker or `escalade up`.")

context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
