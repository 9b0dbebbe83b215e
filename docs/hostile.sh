#!/usr/bin/env bash
# Sends the corpus of hostile files to the running program and prints what became of each: docs/hostile.sh
set -euo pipefail
cd "$(dirname "$0")/.."
table=$(mktemp)
trap 'rm -f "$table"' EXIT
[ "${1:-}" = "--no-build" ] || dotnet build ReviewStudio.sln -c Release -v q -clp:NoSummary >&2
REVIEWSTUDIO_HOSTILE="$table" dotnet ReviewStudio.Tests/bin/Release/net10.0/ReviewStudio.Tests.dll -noColor -class ReviewStudio.Tests.Recovery.HostileCorpusTests >&2
cat "$table"
