using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Extensibility.Tests.Isolation;

/// <summary>A source that fails, hangs and recovers as it is told; its one table has one row.</summary>
internal sealed class UnreliableConnector : IConnectorFactory, IConnectorMetadata, IRecordSetProvider
{
    public enum Mood
    {
        Well,
        Down,
        Hanging,
    }

    public Mood Now { get; set; }

    public int Questions { get; private set; }

    public string Name => "unreliable";

    public IReadOnlyList<Type> HandleTypes => [typeof(OneTable)];

    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) => new(new Connection(this));

    public async ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken)
    {
        await AnswerAsync();
        return ["s"];
    }

    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await AnswerAsync();
        yield return new SchemaTableName("s", "t");
    }

    public async ValueTask<TableHandle?> FindTableAsync(ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken)
    {
        await AnswerAsync();
        return table.Matches("t") ? new OneTable() : null;
    }

    public ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(new TableSchema(new SchemaTableName("s", "t"), [new TableColumn(new ColumnHandle("x", SqlType.Integer))]));

    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        using var builder = new BatchBuilder(scan.Columns.Select(column => column.Type), scan.Memory);
        builder.AppendRow([.. scan.Columns.Select(_ => (object?)1)]);
        yield return builder.Build();
    }

    // Hangs without a look at the token, as a driver may.
    private async Task AnswerAsync()
    {
        Questions++;
        if (Now == Mood.Down)
            throw new QueryException(ErrorCode.ConnectionFailure, "connection refused");
        if (Now == Mood.Hanging)
            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    internal sealed record OneTable : TableHandle;

    private sealed class Connection(UnreliableConnector source) : IConnector
    {
        public IConnectorMetadata Metadata => source;

        public IRecordSetProvider RecordSets => source;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
