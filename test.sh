#!/usr/bin/env bash
# Installs and starts what the tests need, builds with warnings as errors, checks formatting and runs every test.
# May be run again at any time. Ends with the line "N passed, N failed". Takes about 20 minutes on two cores.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
unset QE_FAST
: "${QE_SHARED:=$(pwd)/../shared}"
export QE_SHARED
passed=0
failed=0

say() { printf '\n== %s\n' "$1"; }
fail() { printf 'FAILED: %s\n' "$1"; failed=$((failed + 1)); }
finish() {
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit $?
}

# Debian packages by the file that shows they are there. The tests start the servers themselves, on free ports, and stop them.
say "servers and libraries"
need() { compgen -G "$2" >/dev/null || missing+=("$1"); }
look() {
  missing=()
  need postgresql '/usr/lib/postgresql/*/bin/initdb'
  need libsqlite3-0 '/usr/lib/*/libsqlite3.so.0'
  need libzstd1 '/usr/lib/*/libzstd.so.1'
  need tmux '/usr/bin/tmux'
  need mariadb-server '/usr/sbin/mariadbd'
  need unixodbc '/usr/lib/*/libodbc.so.2'
  need clickhouse-server '/usr/sbin/clickhouse-server'
  need odbc-mariadb '/usr/lib/*/odbc/libmaodbc.so'
  need odbc-postgresql '/usr/lib/*/odbc/psqlodbcw.so'
  need libsqliteodbc '/usr/lib/*/odbc/libsqlite3odbc.so'
}
look
if [ "${#missing[@]}" -gt 0 ]; then
  sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
look
for server in "${missing[@]}"; do fail "server or library '$server' is missing: apt-get install $server"; done
command -v node >/dev/null || fail "'node' is missing: install Node.js 20 or newer"
command -v dotnet >/dev/null || { fail "'dotnet' is missing: install the .NET 10 SDK"; finish; }

say "foreign clients from npm"
for folder in $(git ls-files '*package-lock.json' | xargs -r -n1 dirname); do
  (cd "$folder" && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-fund --no-audit --loglevel=error; }) || fail "npm ci in $folder"
done

say "restore (locked)"
dotnet restore QueryEngine.sln --locked-mode -v q || { fail "restore"; finish; }

say "build (warnings are errors)"
dotnet build QueryEngine.sln -c Release --no-restore -v q || { fail "build"; finish; }

say "formatting"
dotnet format whitespace QueryEngine.sln --verify-no-changes --no-restore || fail "formatting: run 'dotnet format whitespace'"

say "tests"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  printf -- '-- %s\n' "$name"
  timeout 1500 dotnet test "$project" -c Release --no-build --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --logger 'console;verbosity=minimal' 2>&1 | grep -vE '^\s*$|Test run for|VSTest version|Starting test execution|A total of|Results File' || true
  counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null | head -1)
  if [ -z "$counters" ]; then
    fail "$name did not finish"
    continue
  fi
  ok=$(sed -E 's/.* passed="([0-9]+)".*/\1/' <<<"$counters")
  bad=$(sed -E 's/.* failed="([0-9]+)".*/\1/' <<<"$counters")
  passed=$((passed + ok))
  failed=$((failed + bad))
  [ "$ok" -gt 0 ] || fail "$name ran no test"
  outcome=$(grep -o '<ResultSummary outcome="[A-Za-z]*"' "$results/$name.trx")
  [ "$bad" -gt 0 ] || [[ "$outcome" == *Completed* ]] || fail "$name ended as ${outcome#*=}"
done

finish
