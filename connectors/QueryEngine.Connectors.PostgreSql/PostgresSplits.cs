using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>
/// The rows on a range of the table's pages, on an exported snapshot. A table with children has the same range of each of them. Bounds of
/// null are none.
/// </summary>
internal sealed record PostgresSplit(int Number, string? SnapshotId, long? FirstPage, long? EndPage) : Split
{
    /// <summary>Writes the condition on the rows' places, or null when there is none.</summary>
    public Action<SqlText>? ToRange() => FirstPage is null && EndPage is null ? null : sql =>
    {
        if (FirstPage is { } first)
            sql.Add("ctid >= '(").Add(first.ToString(CultureInfo.InvariantCulture)).Add(",0)'::tid");
        if (FirstPage is not null && EndPage is not null)
            sql.Add(" AND ");
        if (EndPage is { } end)
            sql.Add("ctid < '(").Add(end.ToString(CultureInfo.InvariantCulture)).Add(",0)'::tid");
    };
}

/// <summary>Cuts heap tables by ranges of their pages (PostgreSQL 14 and later reads just those), everything else is one split.</summary>
internal sealed class PostgresSplitManager(PostgresDatabase server, PostgresSnapshots snapshots, PostgresDialect dialect) : ISplitManager
{
    private const int FirstVersionOfRangeScans = 140_000;

    // All tables below a parent, itself included: the pages of the largest, of all, and whether each is a heap.
    private const string SizeQuery =
        """
        WITH RECURSIVE tree(oid) AS (
            SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @schema AND c.relname = @table
            UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
        SELECT coalesce(max(pg_relation_size(c.oid)), 0)::bigint, coalesce(sum(pg_relation_size(c.oid)), 0)::bigint, current_setting('block_size')::bigint,
            bool_and(c.relkind = 'p' OR (c.relkind IN ('r', 'm') AND coalesce(m.amname = 'heap', true))) IS TRUE
        FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.oid LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
        """;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)table;
        (long pages, long bytes, long pageSize) = await MeasureAsync(handle, cancellationToken);
        long most = Math.Max(1, request.Parallelism) * 4L;
        int count = (int)Math.Clamp(pages / server.Options.PagesPerSplit, 1, most);
        if (count > 1 && await IsIndexedAsync(handle, cancellationToken))
            count = 1;
        if (count == 1)
        {
            yield return new PostgresSplit(0, null, null, null) { SizeInBytes = bytes, Consistency = SnapshotConsistency.Snapshot };
            yield break;
        }

        string? snapshot = server.Options.ExportsSnapshots ? await snapshots.ExportAsync(session.QueryId, count, cancellationToken) : null;
        int given = 0;
        try
        {
            for (; given < count; given++)
            {
                // The last range is open: the table may have grown.
                yield return new PostgresSplit(given, snapshot, pages * given / count, given == count - 1 ? null : pages * (given + 1) / count)
                {
                    SizeInBytes = Math.Max(pageSize, bytes / count),
                    Consistency = snapshot is null ? SnapshotConsistency.PerSplit : SnapshotConsistency.Snapshot,
                };
            }
        }
        finally
        {
            // Splits that nobody asked for any more will not be read.
            for (int split = given + 1; split < count; split++)
                await snapshots.SplitReadAsync(snapshot, split);
        }
    }

    private async Task<(long Pages, long Bytes, long PageSize)> MeasureAsync(SqlTableHandle handle, CancellationToken cancellationToken)
    {
        if (!handle.IsDivisible || handle.Table.Kind is not ("r" or "p" or "m"))
            return (0, 0, 0);
        if ((await server.DescribeAsync(cancellationToken)).Version < FirstVersionOfRangeScans)
            return (0, 0, 0);

        List<(long Largest, long All, long PageSize, bool AreHeaps)> sizes = await server.QueryAsync(
            SizeQuery,
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3)),
            cancellationToken,
            ("schema", handle.Table.Schema),
            ("table", handle.Table.Name));
        (long largest, long all, long pageSize, bool areHeaps) = sizes[0];
        return (areHeaps ? largest / pageSize : 0, all, pageSize);
    }

    // Where the server finds the rows of a filter by an index, cutting the table would only ask it many times.
    private async Task<bool> IsIndexedAsync(SqlTableHandle handle, CancellationToken cancellationToken)
    {
        if (handle.Filter.Count == 0)
            return false;
        string sql = new SqlGenerator(dialect).WriteRows(handle).ToString();
        List<string> plan = await server.QueryAsync($"EXPLAIN {sql}", row => row.GetString(0), cancellationToken);
        return plan.Any(line => line.Contains("Index", StringComparison.Ordinal)) && !plan.Any(line => line.Contains("Seq Scan", StringComparison.Ordinal));
    }
}
