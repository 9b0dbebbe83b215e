#!/usr/bin/env bash
# Runs every test. On a bare Debian with the .NET SDK and Node it first installs what is missing.
#   ./test.sh          the whole suite, a quarter of an hour to twenty minutes on two quiet cores
#   ./test.sh --full   the long suites as well; their figures go to artifacts/full.log
# Last line: N passed, N failed, N skipped
set -uo pipefail
cd "$(dirname "$0")"
root=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Tests and the many short programs that they start never run long enough for code that is profiled first to pay.
export DOTNET_TieredPGO=0
[ "${1:-}" = "--full" ] && export REVIEWSTUDIO_FULL=1
[ -n "${REVIEWSTUDIO_DATA:-}" ] && REVIEWSTUDIO_DATA=$(cd "$REVIEWSTUDIO_DATA" 2>/dev/null && pwd) && export REVIEWSTUDIO_DATA

say() { printf '\n== %s\n' "$*"; }

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need chromium chromium
need ffmpeg ffmpeg
need strace strace
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

# A local S3 server, for the tests of the object store.
store=ReviewStudio.Tests/Fixtures/object-store
if command -v npm >/dev/null 2>&1 && [ ! -d "$store/node_modules/s3rver" ]; then
  (cd "$store" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null 2>&1) || say "s3rver could not be installed; the tests of the object store will be skipped by name"
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
# What failed stands once more at the end, where nothing that was printed since hides it.
[ "$failed" -gt 0 ] && command -v node >/dev/null 2>&1 && node - "$report" <<'JS'
const plain = text => text.replace(/<!\[CDATA\[|\]\]>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">")
  .replace(/&quot;/g, '"').replace(/&#xA;/g, "\n").replace(/&amp;/g, "&");
const report = require("fs").readFileSync(process.argv[2], "utf8");
for (const test of report.split("<test ").slice(1).filter(one => one.slice(0, one.indexOf(">")).includes('result="Fail"'))) {
  const part = name => ((test.match(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`)) ?? [])[1] ?? "").trim();
  console.log(plain(`FAILED ${test.match(/name="([^"]*)"/)[1]}\n${part("message").slice(0, 1500)}\n${part("stack-trace").slice(0, 1500)}\n`));
}
JS
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
