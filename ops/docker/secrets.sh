#!/bin/sh
# Makes the secrets of docker-compose.yml that are not there yet: passwords between the services at random,
# empty files for what others give you. The folder is closed; the files are open, as containers read them
# under users of their own.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
cd secrets
for name in store_password grafana_store_password grafana_admin_password; do
  [ -s "$name" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$name"
done
for name in dead_man_token slack_operations_url slack_webhook_url smtp_password; do
  [ -e "$name" ] || : > "$name"
done
chmod 644 -- *
for name in *; do
  [ -s "$name" ] || echo "empty: ops/docker/secrets/$name"
done
