using System.Text;

namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>A column; <c>id</c> is first in every table, unique and never null.</summary>
internal sealed record FuzzColumn(string Name, FuzzType Type);

/// <summary>A table and its rows as literals.</summary>
internal sealed record FuzzTable(string Name, IReadOnlyList<FuzzColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Statements that make it anew.</summary>
    public IEnumerable<string> Statements()
    {
        yield return $"DROP TABLE IF EXISTS {Name}";
        yield return $"CREATE TABLE {Name} ({string.Join(", ", Columns.Select(column => $"{column.Name} {FuzzTypes.Name(column.Type)}"))})";
        if (Rows.Count == 0)
            yield break;
        var insert = new StringBuilder($"INSERT INTO {Name} VALUES ");
        insert.AppendJoin(", ", Rows.Select(row => $"({string.Join(", ", row)})"));
        yield return insert.ToString();
    }
}

/// <summary>Makes random tables: t0 is sometimes empty, all have columns of shared small ranges so that joins meet.</summary>
internal static class FuzzTables
{
    public static IReadOnlyList<FuzzTable> Make(Random random, FuzzType[] types) =>
        [.. Enumerable.Range(0, random.Next(2, 5)).Select(number => MakeTable(number, random, types))];

    private static FuzzTable MakeTable(int number, Random random, FuzzType[] types)
    {
        // PostgreSQL's intervals come as text.
        FuzzType[] storable = [.. types.Where(type => type != FuzzType.Interval)];
        List<FuzzColumn> columns = [new("id", FuzzType.Integer)];
        for (int i = random.Next(2, 7); i > 0; i--)
            columns.Add(new FuzzColumn($"c{columns.Count}", storable[random.Next(storable.Length)]));
        int rows = random.Next(8) switch { 0 => 0, 1 => 1, 2 => random.Next(15, 32), _ => random.Next(2, 12) };
        int nullsIn = random.Next(2, 8);
        return new FuzzTable($"t{number}", columns, [.. Enumerable.Range(0, rows).Select(row => MakeRow(row, columns, nullsIn, random))]);
    }

    private static string[] MakeRow(int row, List<FuzzColumn> columns, int nullsIn, Random random) =>
        [$"{row}", .. columns.Skip(1).Select(column => random.Next(nullsIn) == 0 ? "null" : FuzzTypes.Literal(column.Type, random))];
}
