using System.Globalization;
using System.Text;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Writing;

/// <summary>Appends rows: inside the transaction of the write to the table itself, or to a staging table in memory.</summary>
internal sealed class DuckDbSink(DuckDbConnection connection, DuckDbAppender appender, DuckDbOpenWrite? direct, string staging) : IRecordSink
{
    private long _rows;

    /// <inheritdoc/>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        appender.Append(batch);
        _rows += batch.RowCount;
        return ValueTask.CompletedTask;
    }

    /// <summary>The fragment: the rows, and the staging table unless they are in the table itself.</summary>
    public ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        appender.Close();
        if (direct is not null)
            direct.IsFilled = true;
        return new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_rows} {(direct is null ? staging : "")}")));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        appender.Dispose();
        if (direct is null)
            connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
