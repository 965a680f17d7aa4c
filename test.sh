#!/bin/sh
# Builds everything, checks the formatting and runs all tests. The last line is always "N passed, N failed".
#   ./test.sh            everything
#   ./test.sh Softmax    only tests whose full name contains Softmax (and no formatting check)
set -eu

cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export MSBUILDDISABLENODEREUSE=1
filter=${1:-}
passed=0
failed=0

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] || exit 1
    exit 0
}

# A check that is no test (the build, the formatting) counts as one failure, so that the last line never claims success.
broken() {
    echo "$1" >&2
    failed=$((failed + 1))
}

if ! command -v dotnet >/dev/null 2>&1; then
    broken "test.sh: the .NET 10 SDK was not found. Install it from https://dotnet.microsoft.com/download and try again."
    finish
fi

echo "Restoring and building…"
if ! log=$(dotnet build Longhand.slnx -c Release -v quiet --nologo -p:UseSharedCompilation=false 2>&1); then
    echo "$log"
    broken "test.sh: the build failed; the messages above say why."
    finish
fi

if [ -z "$filter" ]; then
    echo "Checking the formatting…"
    dotnet format Longhand.slnx --verify-no-changes --no-restore ||
        broken "test.sh: the formatting differs; run: dotnet format"
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Adds up one attribute of the <Counters> element of every results file given.
count() {
    attribute=$1
    shift
    cat "$@" 2>/dev/null | sed -n "s/.*<Counters [^>]*[ ]$attribute=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}

# Shows what is not a passed test as it is, and the passed ones as a number that grows.
progress() {
    awk '/^[[:space:]]*Passed / { if (++n % 200 == 0) { print "  … " n; fflush() } next }
         /^[[:space:]]*(Results File|Test Run|Total tests|Passed:|Failed:|Total time|Starting test|A total of|VSTest version|No test matches)/ { next }
         /^(Test run for |Data collector )/ || /^\[xUnit.net.*(Discover|Starting|Finished|Adapter)/ || /^[[:space:]]*$/ { next }
         { print; fflush() }'
}

for project in $(grep -l Microsoft.NET.Test.Sdk tests/*/*.csproj); do
    name=$(basename "$project" .csproj)
    mkdir "$results/$name"
    echo "Testing $name…"
    {
        dotnet test "$project" -c Release --no-build --nologo ${filter:+--filter "FullyQualifiedName~$filter"} \
            --logger "console;verbosity=normal" --logger "trx;LogFileName=results.trx" --results-directory "$results/$name" \
            --blame-hang-timeout 15m --blame-hang-dump-type none 2>&1 && echo ok >"$results/$name/ok" || true
    } | progress
    p=$(count passed "$results/$name/"*.trx)
    f=$(count failed "$results/$name/"*.trx)
    # A run that breaks off (a crash, a hang) may have no failed test to show for it.
    if [ "$f" -eq 0 ] && [ ! -f "$results/$name/ok" ]; then
        broken "test.sh: $name broke off before its tests were done."
    fi
    passed=$((passed + p))
    failed=$((failed + f))
done

if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then
    broken "test.sh: no test ran."
fi
finish
