#!/usr/bin/env bash
# Puts N random queries (default 100,000) to the engine, PostgreSQL, DuckDB and SQLite and compares the answers: ./fuzz.sh [N] [FIRST_SEED]
# A seed is a set of tables and 250 queries, or 50 where the engine reads them from PostgreSQL or files. artifacts/fuzz.log, or QE_FUZZ_LOG, is written as it goes and names the seed to go on with; the same name with .now has the query that runs.
set -euo pipefail
cd "$(dirname "$0")"
export QE_FUZZ_QUERIES=${1:-100000} QE_FUZZ_SEED=${2:-1} QE_FUZZ_LOG=${QE_FUZZ_LOG:-$PWD/artifacts/fuzz.log}
mkdir -p "$(dirname "$QE_FUZZ_LOG")"
dotnet test tests/QueryEngine.Fuzz.Tests -c Release --nologo --filter FullyQualifiedName~DifferentialTests --logger 'console;verbosity=detailed'
