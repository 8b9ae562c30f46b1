namespace QueryEngine.Benchmarks.DuckDb;

/// <summary>What DuckDB, or getting it, says went wrong.</summary>
internal sealed class DuckDbException(string message) : Exception(message);
