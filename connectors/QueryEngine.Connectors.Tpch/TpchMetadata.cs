using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Tpch.Generation;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tpch;

/// <summary>
/// Schemas are scale factors: a few are listed, any <c>sfN</c> is found. Limits and ranges of the first key column become
/// stretches of the table.
/// </summary>
internal sealed class TpchMetadata : IConnectorMetadata
{
    private static readonly string[] _schemas = ["tiny", "sf1", "sf10", "sf100", "sf300", "sf1000", "sf3000", "sf10000"];
    private static readonly TpchTable[] _tables = Enum.GetValues<TpchTable>();

    /// <inheritdoc/>
    public PushdownKinds Pushdown => PushdownKinds.Limit | PushdownKinds.Filter;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        new(_schemas);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        foreach (string listed in schema is null ? _schemas : ScaleFactor.TryParseSchema(schema, out _) ? [schema] : [])
        {
            foreach (TpchTable table in _tables)
                yield return new SchemaTableName(listed, NameOf(table));
        }
    }

    /// <inheritdoc/>
    public ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        string name = schema.Text.ToLowerInvariant();
        if (!schema.Matches(name) || !ScaleFactor.TryParseSchema(name, out ScaleFactor scale))
            return new((TableHandle?)null);

        foreach (TpchTable candidate in _tables)
        {
            if (table.Matches(NameOf(candidate)))
                return new(TpchTableHandle.Of(name, candidate, scale));
        }

        return new((TableHandle?)null);
    }

    /// <inheritdoc/>
    public ValueTask<TableSchema> DescribeAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken)
    {
        var handle = (TpchTableHandle)table;
        IReadOnlyList<TpchColumn> columns = TpchColumn.Of(handle.Kind);
        ValueList<TableColumn> described = columns
            .Select(column => new TableColumn(new ColumnHandle(column.Name, TypeOf(column))) { IsNullable = false })
            .ToValueList();
        return new(new TableSchema(new SchemaTableName(handle.Schema, handle.Table), described)
        {
            PrimaryKey = handle.Kind switch
            {
                TpchTable.PartSupp => ["ps_partkey", "ps_suppkey"],
                TpchTable.LineItem => ["l_orderkey", "l_linenumber"],
                _ => [columns[0].Name],
            },
        });
    }

    /// <inheritdoc/>
    public ValueTask<TableStatistics> GetStatisticsAsync(
        ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(TpchStatistics.Of((TpchTableHandle)table));

    /// <inheritdoc/>
    public PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation)
    {
        var handle = (TpchTableHandle)table;
        switch (operation)
        {
            case PushLimit limit:
                return PushLimit(handle, limit.Count);
            case PushFilter filter:
                TpchTableHandle narrowed = handle.Narrow(filter.Domain);
                return narrowed == handle
                    ? new PushdownRefused($"rows are generated; only ranges of {TpchColumn.Of(handle.Kind)[0].Name} are skipped")
                    : new PushdownAccepted(narrowed, Guarantee.Superset) { Reason = "rows outside the key range are not generated" };
            default:
                return new PushdownRefused($"rows are generated: there is no source to do a {operation.Kind}");
        }
    }

    /// <inheritdoc/>
    public string? DescribeScan(TableHandle table, IReadOnlyList<ColumnHandle> columns)
    {
        var handle = (TpchTableHandle)table;
        return handle.GroupCount == TableGenerator.GroupsOf(handle.Kind, handle.Scale)
            ? null
            : $"{GroupName(handle.Kind)} {handle.FirstGroup + 1} to {handle.EndGroup}";
    }

    internal static SqlType TypeOf(TpchColumn column) => column.Value switch
    {
        TpchValue.BigInt => SqlType.BigInt,
        TpchValue.Integer => SqlType.Integer,
        TpchValue.Money => SqlType.Decimal(15, 2),
        TpchValue.Date => SqlType.Date,
        TpchValue.Text => SqlType.VarcharOf(column.Length),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Value, "not a kind of value"),
    };

    private static PushdownAnswer PushLimit(TpchTableHandle handle, long count)
    {
        // A group has at least one row, so that this many groups have at least this many rows.
        TpchTableHandle limited = handle with { EndGroup = handle.FirstGroup + Math.Min(handle.GroupCount, count) };
        if (handle.Kind is not (TpchTable.LineItem or TpchTable.PartSupp))
            return new PushdownAccepted(limited);
        return limited == handle
            ? new PushdownRefused("the table is not known to have more rows")
            : new PushdownAccepted(limited, Guarantee.Superset) { Reason = $"whole {GroupName(handle.Kind)} are generated" };
    }

    private static string NameOf(TpchTable table) => table.ToString().ToLowerInvariant();

    private static string GroupName(TpchTable table) => table switch
    {
        TpchTable.LineItem => "orders",
        TpchTable.PartSupp => "parts",
        _ => "rows",
    };
}
