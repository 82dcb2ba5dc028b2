#!/bin/sh
# Makes or brings up to date the two databases of the Temporal server. Safe to run again: what is there stays.
set -eu

tool() {
  temporal-sql-tool --plugin postgres12 --endpoint "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" "$@"
}

for part in temporal visibility; do
  database=temporal
  [ "$part" = temporal ] || database=temporal_visibility
  # Fails where the database is there already; were it missing for another reason, the next line says so.
  tool --database "$database" create-database || true
  tool --database "$database" setup-schema --version 0.0
  tool --database "$database" update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$part/versioned"
done
