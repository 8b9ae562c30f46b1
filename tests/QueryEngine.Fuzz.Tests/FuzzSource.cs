using System.Text.RegularExpressions;
using QueryEngine.Fuzz.Tests.Queries;

namespace QueryEngine.Fuzz.Tests;

/// <summary>Where the engine reads the tables of a run from: the same queries have the same answers wherever the rows are.</summary>
internal sealed partial record FuzzSource(string Schema)
{
    private const int QueriesOfMemory = 250;
    private const int QueriesElsewhere = 50;

    private static readonly FuzzSource _memory = new("memory.default");
    private static readonly FuzzSource _files = new("lake.default");

    /// <summary>The tables that PostgreSQL itself has.</summary>
    public static FuzzSource Postgres { get; } = new("pg.public");

    /// <summary>Whether the engine holds the tables itself.</summary>
    public bool IsMemory => this == _memory;

    /// <summary>The source of a seed: mostly the engine's own memory; the others take up to ten times as long, and have fewer queries.</summary>
    public static FuzzSource Of(int seed) => (seed % 19) switch { 1 => Postgres, 2 => _files, _ => _memory };

    /// <summary>How many queries a set of tables there has.</summary>
    public int Queries => IsMemory ? QueriesOfMemory : QueriesElsewhere;

    /// <summary>A statement with the names of tables as the engine knows them.</summary>
    public string Located(string sql) => TableName().Replace(sql, $"{Schema}.$1 AS r");

    /// <summary>What makes the tables there: those of PostgreSQL are the ones that it has itself.</summary>
    public IEnumerable<string> Statements(FuzzTable table) => Schema switch
    {
        "pg.public" => [],
        "memory.default" => table.Statements(),
        _ => [.. table.Statements(), $"DROP TABLE IF EXISTS {Schema}.{table.Name}", $"CREATE TABLE {Schema}.{table.Name} AS SELECT * FROM {table.Name}"],
    };

    [GeneratedRegex(@"\b(t[0-9]+) AS r")]
    private static partial Regex TableName();
}
