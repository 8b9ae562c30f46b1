using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>How the rows of a split are told from others.</summary>
internal enum ClickHouseCut
{
    /// <summary>They are all rows.</summary>
    None,

    /// <summary>By a range of whole numbers.</summary>
    Number,

    /// <summary>By a range of days.</summary>
    Day,

    /// <summary>By a range of seconds.</summary>
    Second,

    /// <summary>By the remainder of a hash.</summary>
    Hash,
}

/// <summary>The rows whose column, never NULL, is in a range, bounds of null being none; or whose hash has the remainder <paramref name="Part"/>.</summary>
internal sealed record ClickHouseSplit(ClickHouseCut Cut, string? Column, string? Low, string? Below, int Part, int Parts) : Split
{
    public static readonly ClickHouseSplit Whole = new(ClickHouseCut.None, null, null, null, 0, 1) { Consistency = SnapshotConsistency.Snapshot };

    /// <summary>Writes the condition, or null when there is none.</summary>
    public Action<SqlText>? ToRange()
    {
        if (Cut == ClickHouseCut.None || Column is null)
            return null;
        string name = ClickHouseNames.Instance.Quote(Column);
        if (Cut == ClickHouseCut.Hash)
            return sql => sql.Add(string.Create(CultureInfo.InvariantCulture, $"cityHash64({name}) % {Parts} = {Part}"));
        string? low = Low is null ? null : $"{name} >= {Bound(Low)}";
        string? below = Below is null ? null : $"{name} < {Bound(Below)}";
        return low is null && below is null ? null : sql => sql.Add(string.Join(" AND ", new[] { low, below }.OfType<string>()));
    }

    private string Bound(string number)
    {
        string plain = Int128.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        return Cut switch { ClickHouseCut.Day => $"toDate({plain})", ClickHouseCut.Second => $"toDateTime({plain})", _ => plain };
    }
}

/// <summary>Cuts tables by the first column of their sorting key, of which the server then reads just a part; by its hash where it has no ranges.</summary>
internal sealed class ClickHouseSplitManager(ClickHouseServer server) : ISplitManager
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)table;
        bool isDivisible = handle.IsDivisible && ClickHouseMetadata.IsMergeTree(handle.Table);
        ClickHouseSplit[] splits = isDivisible ? await CutAsync(handle.Table, request.Parallelism, cancellationToken) : [ClickHouseSplit.Whole];
        foreach (ClickHouseSplit split in splits)
            yield return split with { Consistency = splits.Length == 1 ? SnapshotConsistency.Snapshot : SnapshotConsistency.PerSplit };
    }

    private async Task<ClickHouseSplit[]> CutAsync(RemoteTable table, int parallelism, CancellationToken cancellationToken)
    {
        if (await ClickHouseMetadata.ReadSizeAsync(server, table, cancellationToken) is not var (rows, bytes))
            return [ClickHouseSplit.Whole];
        int count = (int)Math.Clamp(Math.Ceiling((double)rows / server.Options.RowsPerSplit), 1, Math.Max(1, parallelism) * 4);
        if (count == 1 || await FindKeyAsync(table, cancellationToken) is not var (key, cut))
            return [ClickHouseSplit.Whole];
        if (cut == ClickHouseCut.Hash)
            return [.. Enumerable.Range(0, count).Select(part => new ClickHouseSplit(cut, key, null, null, part, count) { SizeInBytes = bytes / count })];

        string number = cut == ClickHouseCut.Number ? "" : "toUInt32";
        string name = ClickHouseNames.Instance.Quote(key);
        List<object?[]> ends = await server.QueryAsync(
            $"SELECT toString({number}(min({name}))), toString({number}(max({name}))) FROM {ClickHouseNames.Table(new SchemaTableName(table.Schema, table.Name))}", cancellationToken);
        Int128 first = Int128.Parse((string)ends[0][0]!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        Int128 last = Int128.Parse((string)ends[0][1]!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        Int128 width = last - first + 1;
        count = (int)Int128.Min(count, width);

        // The outer ranges are open: rows that come later are in one of them.
        string Bound(int part) => (first + (width * part / count)).ToString(CultureInfo.InvariantCulture);
        return
        [
            .. Enumerable.Range(0, count).Select(part => new ClickHouseSplit(
                cut, key, part == 0 ? null : Bound(part), part == count - 1 ? null : Bound(part + 1), part, count) { SizeInBytes = bytes / count }),
        ];
    }

    private async Task<(string Key, ClickHouseCut Cut)?> FindKeyAsync(RemoteTable table, CancellationToken cancellationToken)
    {
        foreach (object?[] row in await server.QueryAsync(
            $"SELECT c.name, c.type, t.sorting_key FROM (SELECT name, type, table AS t FROM system.columns WHERE {ClickHouseMetadata.Where(table, "table")}) AS c "
            + $"ANY INNER JOIN (SELECT name AS t, sorting_key FROM system.tables WHERE {ClickHouseMetadata.Where(table, "name")}) AS t ON c.t = t.t", cancellationToken))
        {
            (string name, string type, string sorting) = ((string)row[0]!, (string)row[1]!, (string)row[2]!);
            string quoted = ClickHouseNames.Instance.Quote(name);
            bool isFirst = sorting == name || sorting.StartsWith(name + ",", StringComparison.Ordinal) || sorting == quoted || sorting.StartsWith(quoted + ",", StringComparison.Ordinal);
            if (!isFirst)
                continue;
            return ClickHouseType.Parse(type).Name switch
            {
                "Int8" or "Int16" or "Int32" or "Int64" or "UInt8" or "UInt16" or "UInt32" or "UInt64" => (name, ClickHouseCut.Number),
                "Date" => (name, ClickHouseCut.Day),
                "DateTime" => (name, ClickHouseCut.Second),
                "String" or "FixedString" or "UUID" when !type.Contains("Nullable", StringComparison.Ordinal) => (name, ClickHouseCut.Hash),
                _ => null,
            };
        }

        return null;
    }
}
