#!/usr/bin/env bash
# Adds a migration of the current model to every provider: migrations/add.sh NAME
set -euo pipefail
cd "$(dirname "$0")"
name=${1:?usage: migrations/add.sh NAME}
dotnet tool restore >/dev/null
for provider in Sqlite SqlServer PostgreSql; do
  dotnet ef migrations add "$name" --project "$provider" --startup-project "$provider" --output-dir Migrations
done
