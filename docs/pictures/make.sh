#!/usr/bin/env bash
# Makes the pictures in this folder from the running program, with its demo content, in Chromium.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
dotnet build ReviewStudio.sln -c Release -v q -clp:NoSummary
REVIEWSTUDIO_PICTURES="$here" dotnet ReviewStudio.Tests/bin/Release/net10.0/ReviewStudio.Tests.dll -noColor -class ReviewStudio.Tests.Browser.Pictures -class ReviewStudio.Tests.Browser.BacktestTests
