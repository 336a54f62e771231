#!/bin/sh
# Backs a running registry up, SQLite and files: backup.sh REGISTRY_FOLDER BACKUP_FOLDER
# Prints the folder it made. Nothing of the registry stops or waits.
set -eu
umask 077
from=$1
to=$2/$(date -u +%Y%m%dT%H%M%SZ)-$$
mkdir -p "$to"
# The checkpoint before the database: a database may be ahead of its checkpoint file, never behind it.
cp "$from/checkpoint" "$to/checkpoint"
# One read transaction: a snapshot as of one moment, however much is written meanwhile.
sqlite3 -cmd ".timeout 60000" "$from/registry.sqlite" "VACUUM INTO '$to/registry.sqlite'"
# As the registry keeps it, so that `fsck` can read it without a start.
sqlite3 "$to/registry.sqlite" "PRAGMA journal_mode = WAL" >/dev/null
# The key is encrypted; its passphrase is kept elsewhere, or whoever has the backup has the key.
cp "$from/registry.toml" "$from/log-key.pem" "$from/trust.json" "$to/"
# Subscriptions and regulators, where there are any.
for name in webhooks regulators; do
    if [ -d "$from/$name" ]; then cp -R "$from/$name" "$to/"; fi
done
sync
echo "$to"
