#!/bin/sh
# Brings a backup back into a folder that holds no registry: restore.sh BACKUP REGISTRY_FOLDER
# Where the old checkpoint file, or a copy of it newer than the backup's, is still there, put it in place afterwards:
# the registry then refuses to start on a backup that is older, instead of forking the log.
set -eu
umask 077
from=$1
to=$2
for name in registry.sqlite checkpoint; do
    if [ -e "$to/$name" ]; then
        echo "$to/$name is there already; move it away, and keep it" >&2
        exit 1
    fi
done
mkdir -p "$to"
cp "$from/registry.sqlite" "$from/checkpoint" "$from/registry.toml" "$from/log-key.pem" "$from/trust.json" "$to/"
for name in webhooks regulators; do
    if [ -d "$from/$name" ]; then cp -R "$from/$name" "$to/"; fi
done
sync
