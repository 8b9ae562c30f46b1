#!/usr/bin/env bash
# Puts N random queries (default 100,000) to the engine, PostgreSQL and DuckDB and compares the answers: ./fuzz.sh [N] [FIRST_SEED]
set -euo pipefail
cd "$(dirname "$0")"
QE_FUZZ_QUERIES=${1:-100000} QE_FUZZ_SEED=${2:-1} \
  dotnet test tests/QueryEngine.Fuzz.Tests -c Release --nologo --filter FullyQualifiedName~DifferentialTests --logger 'console;verbosity=detailed'
