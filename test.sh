#!/usr/bin/env bash
# Runs every test. On a bare Debian with the .NET SDK and Node it first installs what is missing.
#   ./test.sh          the whole suite, at most 15 minutes
#   ./test.sh --full   the long suites as well; their figures go to artifacts/full.log
# Last line: N passed, N failed, N skipped
set -uo pipefail
cd "$(dirname "$0")"
root=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ "${1:-}" = "--full" ] && export REVIEWSTUDIO_FULL=1
[ -n "${REVIEWSTUDIO_DATA:-}" ] && REVIEWSTUDIO_DATA=$(cd "$REVIEWSTUDIO_DATA" 2>/dev/null && pwd) && export REVIEWSTUDIO_DATA

say() { printf '\n== %s\n' "$*"; }

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need chromium chromium
need ffmpeg ffmpeg
[ -x /usr/lib/postgresql/15/bin/postgres ] || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
fc-list 2>/dev/null | grep -qi 'noto.*\(cjk\|sans\)' || missing+=(fonts-noto-core)
fc-list 2>/dev/null | grep -qi 'emoji' || missing+=(fonts-noto-color-emoji)
fc-list 2>/dev/null | grep -qi 'dejavu' || missing+=(fonts-dejavu-core)

if [ ${#missing[@]} -gt 0 ]; then
  apt=()
  if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    elif sudo -n true 2>/dev/null; then apt=(sudo -n env DEBIAN_FRONTEND=noninteractive apt-get); fi
  fi
  if [ ${#apt[@]} -gt 0 ]; then
    say "Installing ${missing[*]}"
    { "${apt[@]}" update -qq && "${apt[@]}" install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 \
      || say "Could not install ${missing[*]}; tests that need them will be skipped by name"
  else
    say "Missing: ${missing[*]}. Install with: sudo apt-get install ${missing[*]}   (tests that need them are skipped by name)"
  fi
fi

# Another runtime, for the test that heads are understood outside of the product.
other=ReviewStudio.Tests/Fixtures/other-runtime
if command -v npm >/dev/null 2>&1 && [ ! -d "$other/node_modules/onnxruntime-node" ]; then
  (cd "$other" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null 2>&1) || say "onnxruntime-node could not be installed; its test will be skipped by name"
fi

say "Building"
build=(dotnet build ReviewStudio.sln -c Release -v q -clp:NoSummary)
if ! "${build[@]}"; then
  # A restore that broke off half-way is the one failure worth a second try.
  "${build[@]}" || { echo "The build failed."; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
fi

say "Testing"
mkdir -p artifacts
report=$root/artifacts/tests.xml
rm -f "$report"
run=(dotnet ReviewStudio.Tests/bin/Release/net10.0/ReviewStudio.Tests.dll -noColor -xml "$report")
if [ -n "${REVIEWSTUDIO_FULL:-}" ]; then
  "${run[@]}" -showLiveOutput | tee artifacts/full.log
  status=${PIPESTATUS[0]}
else
  "${run[@]}"
  status=$?
fi

count() { grep -o "<assembly [^>]*" "$report" 2>/dev/null | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{n+=$1} END {print n+0}'; }
passed=$(count passed) failed=$(count failed) skipped=$(count skipped) errors=$(count errors)
failed=$((failed + errors))
[ "$passed" -eq 0 ] && [ "$failed" -eq 0 ] && failed=1
[ "$failed" -gt 0 ] && status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
