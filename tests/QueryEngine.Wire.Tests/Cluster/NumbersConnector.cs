using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Wire.Tests.Cluster;

/// <summary>A table <c>numbers</c> of bigint <c>n</c> and varchar <c>word</c>; its properties say how many rows, in how many splits, and what goes wrong.</summary>
internal sealed class NumbersFactory : IConnectorFactory
{
    private int _closed;
    private int _opened;

    public string Name => "numbers";

    public IReadOnlyList<Type> HandleTypes => [typeof(NumbersTable), typeof(NumbersSplit)];

    public IReadOnlyList<PropertySpec> Properties =>
    [
        new("rows", "rows of the table") { Default = "1000" },
        new("splits", "splits of the table") { Default = "10" },
        new("fail-at", "a row whose reading fails") { Default = "-1" },
        new("hang-at", "a row at which reading stops for ever; -2: all splits do at once") { Default = "-1" },
    ];

    /// <summary>Reads that have begun.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Reads that have ended, in whatever way.</summary>
    public int Closed => Volatile.Read(ref _closed);

    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken)
    {
        long Get(string name) => long.Parse(properties.Find(name)!, null);
        return new(new NumbersConnector(this, Get("rows"), (int)Get("splits"), Get("fail-at"), Get("hang-at")));
    }

    public void Open() => Interlocked.Increment(ref _opened);

    public void Close() => Interlocked.Increment(ref _closed);
}

internal sealed record NumbersTable : TableHandle;

internal sealed record NumbersSplit(long From, long To) : Split;

internal sealed class NumbersConnector(NumbersFactory factory, long rows, int splits, long failAt, long hangAt)
    : IConnector, IConnectorMetadata, ISplitManager, IRecordSetProvider
{
    public IConnectorMetadata Metadata => this;

    public ISplitManager Splits => this;

    public IRecordSetProvider RecordSets => this;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) => new(["default"]);

    public IAsyncEnumerable<SchemaTableName> ListTablesAsync(ConnectorSession session, string? schema, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<TableHandle?> FindTableAsync(
        ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken) => new(new NumbersTable());

    public ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int split = 0; split < splits; split++)
        {
            await Task.Yield();
            yield return new NumbersSplit(rows * split / splits, rows * (split + 1) / splits);
        }
    }

    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        factory.Open();
        try
        {
            var split = (NumbersSplit)scan.Split;
            for (long first = split.From; first < split.To; first += RecordBatch.MaxRows)
            {
                await Task.Yield();
                long last = Math.Min(split.To, first + RecordBatch.MaxRows);
                if (failAt >= first && failAt < last)
                    throw new QueryException(ErrorCode.RemoteError, $"row {failAt} cannot be read", hint: "Read another row.");
                if (hangAt == -2 || (hangAt >= first && hangAt < last))
                    await Task.Delay(Timeout.Infinite, cancellationToken);

                using var builder = new BatchBuilder(scan.Columns.Select(column => column.Type), scan.Memory);
                for (long row = first; row < last; row++)
                    builder.AppendRow([.. scan.Columns.Select(column => column.Name == "n" ? (object)row : $"word {row % 7}")]);
                yield return builder.Build();
            }
        }
        finally
        {
            factory.Close();
        }
    }
}
