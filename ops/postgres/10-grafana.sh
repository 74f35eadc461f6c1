#!/bin/sh
# Run once by the image of PostgreSQL, when its volume is empty.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set "password=$(cat /run/secrets/grafana_store_password)" --file /sql/grafana.sql
