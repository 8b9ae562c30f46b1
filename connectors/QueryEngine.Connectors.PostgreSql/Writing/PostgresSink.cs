using System.Globalization;
using System.Text;
using Npgsql;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql.Writing;

/// <summary>
/// Copies rows by COPY BINARY into a staging table that only this attempt knows; in the process that began the write the first sink copies inside
/// the very transaction that finishing commits, into the target itself where its columns take the bytes as they are.
/// </summary>
internal sealed class PostgresSink : IRecordSink
{
    private const int FlushBytes = 192 * 1024;

    private readonly PostgresDatabase _database;
    private readonly PostgresTransaction _transaction;
    private readonly string _fragment;
    private readonly PostgresEncoder _encoder = new();
    private readonly NpgsqlRawCopyStream _stream;
    private long _rows;
    private bool _isFinished;

    private PostgresSink(PostgresDatabase database, PostgresTransaction transaction, string fragment, NpgsqlRawCopyStream stream) =>
        (_database, _transaction, _fragment, _stream) = (database, transaction, fragment, stream);

    /// <summary>Starts the COPY.</summary>
    public static async Task<PostgresSink> OpenAsync(
        PostgresDatabase database, PostgresTransaction transaction, PostgresWriteHandle handle, string staging, CancellationToken cancellationToken)
    {
        try
        {
            string target = transaction.CopiesIntoTarget ? PostgresDdl.Name(handle.Table) : staging;
            if (!transaction.CopiesIntoTarget)
                await transaction.ExecuteAsync(StagingStatement(handle, staging, transaction.IsDirect), cancellationToken);
            string columns = transaction.CopiesIntoTarget
                ? string.Join(", ", handle.Columns.Select(column => PostgresDdl.Quote(column.Name)))
                : string.Join(", ", Enumerable.Range(0, WidthOf(handle)).Select(column => $"c{column}"));
            NpgsqlRawCopyStream stream = await transaction.Connection.BeginRawBinaryCopyAsync(
                $"COPY {target} ({columns}) FROM STDIN (FORMAT BINARY)", cancellationToken);
            string fragment = transaction.CopiesIntoTarget ? "" : staging;
            return new PostgresSink(database, transaction, fragment, stream);
        }
        catch (Exception exception)
        {
            await transaction.DisposeAsync();
            if (PostgresErrors.IsForeign(exception))
                throw PostgresErrors.Translate(exception, database.Options, cancellationToken);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            _encoder.AddRow(batch, row);
            if (_encoder.Pending.Length >= FlushBytes)
                await FlushAsync(cancellationToken);
        }
        _rows += batch.RowCount;
    }

    /// <summary>Ends the COPY. The fragment: the rows, and the staging table, if it is not the target itself.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        _encoder.AddEnd();
        await FlushAsync(cancellationToken);
        try
        {
            await _stream.DisposeAsync();
            if (!_transaction.IsDirect)
                await _transaction.CommitAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception))
        {
            throw PostgresErrors.Translate(exception, _database.Options, cancellationToken);
        }
        _isFinished = true;
        _transaction.MarkFilled();
        return new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_rows} {(_transaction.IsDirect ? "d" : "s")} {_fragment}")));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isFinished)
            return;
        try
        {
            // What was sent so far is thrown away by the server.
            await _stream.CancelAsync();
            await _stream.DisposeAsync();
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception) || exception is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The COPY has failed before, with an error that somebody saw.
        }
        await _transaction.DisposeAsync();
    }

    /// <summary>The columns of a staging table.</summary>
    public static int WidthOf(PostgresWriteHandle handle) => handle.Columns.Count + (handle.Kind == PostgresWriteKind.Change ? 2 : 0);

    private static string StagingStatement(PostgresWriteHandle handle, string staging, bool isTemporary)
    {
        IEnumerable<string> types = handle.Columns.Select(column => PostgresWireType.Of(column.Type, column.Name).Name);
        if (handle.Kind == PostgresWriteKind.Change)
            types = ["smallint", "text", .. types];
        string columns = string.Join(", ", types.Select((type, column) => $"c{column} {type}"));
        return isTemporary ? $"CREATE TEMPORARY TABLE {staging} ({columns}) ON COMMIT DROP" : $"CREATE UNLOGGED TABLE {staging} ({columns})";
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(_encoder.Pending, cancellationToken);
            _encoder.Clear();
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception))
        {
            throw PostgresErrors.Translate(exception, _database.Options, cancellationToken);
        }
    }
}
