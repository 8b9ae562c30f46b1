using System.Globalization;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Writing;

/// <summary>Fills a staging table by blocks of columns.</summary>
internal sealed class ClickHouseSink : IRecordSink
{
    private const int FlushBytes = 32 << 20;

    private readonly ClickHouseServer _server;
    private readonly NativeWriter _writer = new();
    private readonly (string Name, ClickHouseType Type)[] _columns;
    private readonly string _insert;
    private readonly string _staging;
    private long _rows;

    private ClickHouseSink(ClickHouseServer server, ClickHouseWriteHandle handle, string staging)
    {
        (_server, _staging) = (server, staging);
        _columns = [.. handle.Columns.Select((column, place) => (column.Name, ClickHouseType.Parse(handle.RemoteTypes[place])))];
        _insert = $"INSERT INTO {ClickHouseNames.Table(new SchemaTableName(handle.Table.Schema, staging))} ({ClickHouseNames.List(_columns.Select(column => column.Name))}) FORMAT Native";
    }

    /// <summary>Makes the staging table.</summary>
    public static async ValueTask<ClickHouseSink> OpenAsync(ClickHouseServer server, ClickHouseWriteHandle handle, WriterId writer, CancellationToken cancellationToken)
    {
        string staging = string.Create(CultureInfo.InvariantCulture, $"{handle.Staging}_{writer.Task}_{writer.Attempt}_{writer.Driver}");
        await server.ExecuteAsync($"CREATE TABLE {ClickHouseNames.Table(new SchemaTableName(handle.Table.Schema, staging))} {handle.StagingForm}", cancellationToken);
        return new ClickHouseSink(server, handle, staging);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        _writer.Write(_columns, batch);
        _rows += batch.RowCount;
        if (_writer.Length >= FlushBytes)
            await FlushAsync(cancellationToken);
    }

    /// <summary>The fragment: the rows and the staging table.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        if (_writer.Length > 0)
            await FlushAsync(cancellationToken);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_rows} {_staging}"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var data = new ByteArrayContent(_writer.Take());
        await _server.ExecuteAsync(_insert, cancellationToken, data);
    }
}
