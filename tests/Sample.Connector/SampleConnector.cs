using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace Sample.Connector;

/// <summary>Catalogs of one table of numbers.</summary>
public sealed class SampleFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "sample";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("Sample", "Numbers from zero, cut into splits.")
    {
        Pushdown = PushdownKinds.Limit,
        Capabilities = ConnectorCapabilities.Statistics,
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [typeof(NumbersTable), typeof(NumbersSplit)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties { get; } =
        [new("rows", "How many numbers.") { Default = "1000", Type = PropertyType.Integer, Min = 0, Max = 1_000_000, Aliases = ["count"] }];

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes { get; } = ["sample"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url) => new Dictionary<string, string> { ["rows"] = url.Host, ["table"] = "numbers" };

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new SampleConnector(properties.GetInteger("rows", 0, 1_000_000), context.NodeId));
}

/// <summary>The table in a query.</summary>
public sealed record NumbersTable(long? Limit) : TableHandle;

/// <summary>A run of numbers.</summary>
public sealed record NumbersSplit(int First, int Count) : Split;

internal sealed class SampleConnector(int rows, string node) : IConnector, IConnectorMetadata, ISplitManager, IRecordSetProvider
{
    private const int RowsPerSplit = 100;

    public IConnectorMetadata Metadata => this;

    public ISplitManager Splits => this;

    public IRecordSetProvider RecordSets => this;

    public PushdownKinds Pushdown => PushdownKinds.Limit;

    public ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) => new(["default"]);

    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        if (schema is null or "default")
            yield return new SchemaTableName("default", "numbers");
    }

    public ValueTask<TableHandle?> FindTableAsync(ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken) =>
        new(schema.Matches("default") && table.Matches("numbers") ? new NumbersTable(null) : null);

    public ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(new TableSchema(
            new SchemaTableName("default", "numbers"),
            [
                new TableColumn(new ColumnHandle("number", SqlType.Integer)) { IsNullable = false }, new TableColumn(new ColumnHandle("word", SqlType.Varchar)),
                new TableColumn(new ColumnHandle("node", SqlType.Varchar)),
            ]));

    public ValueTask<TableStatistics> GetStatisticsAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(new TableStatistics { RowCount = Math.Min(rows, ((NumbersTable)table).Limit ?? rows) });

    public PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation) => operation switch
    {
        PushLimit limit => new PushdownAccepted(new NumbersTable(Math.Min(limit.Count, ((NumbersTable)table).Limit ?? long.MaxValue))),
        _ => new PushdownRefused($"numbers take a limit, no {operation.Kind}"),
    };

    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        int wanted = (int)Math.Min(rows, ((NumbersTable)table).Limit ?? rows);
        for (int first = 0; first < wanted; first += RowsPerSplit)
            yield return new NumbersSplit(first, Math.Min(RowsPerSplit, wanted - first)) { SizeInBytes = RowsPerSplit * 8 };
    }

    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        var split = (NumbersSplit)scan.Split;
        using var builder = new BatchBuilder(scan.Columns.Select(column => column.Type), scan.Memory);
        for (int number = split.First; number < split.First + split.Count; number++)
        {
            for (int column = 0; column < scan.Columns.Count; column++)
                builder[column].AppendBoxed(scan.Columns[column].Name switch
                {
                    "number" => number,
                    "word" => number % 10 == 0 ? null : $"n{number}",
                    _ => node,
                });
            builder.EndRow();
        }

        scan.Metrics.Add(requests: 1, rowsRead: split.Count);
        yield return builder.Build();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
