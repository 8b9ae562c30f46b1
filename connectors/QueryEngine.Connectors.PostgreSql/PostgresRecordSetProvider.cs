using System.Runtime.CompilerServices;
using Npgsql;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Reads splits by COPY in binary.</summary>
internal sealed class PostgresRecordSetProvider(PostgresDatabase server, PostgresSnapshots snapshots, PostgresDialect dialect) : IRecordSetProvider
{
    // What makes the text of a value depend on settings is set; the snapshot comes before the first query.
    private const string Settings =
        "SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; "
        + "SET LOCAL timezone = 'UTC'; SET LOCAL statement_timeout = 0";

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var split = (PostgresSplit)scan.Split;
        try
        {
            await using PostgresReader reader = await OpenAsync(scan, split, cancellationToken);
            scan.Metrics.Add(requests: 1);
            while (await reader.ReadBatchAsync(cancellationToken) is { } batch)
            {
                scan.Metrics.Add(rowsRead: batch.RowCount);
                yield return batch;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await snapshots.SplitReadAsync(split.SnapshotId, split.Number);
        }
    }

    private async Task<PostgresReader> OpenAsync(ScanRequest scan, PostgresSplit split, CancellationToken cancellationToken)
    {
        var part = new SqlTablePart { WriteRange = split.ToRange(), Domain = scan.DynamicFilter.Current };
        var handle = (SqlTableHandle)scan.Table;
        string sql = new SqlGenerator(dialect).WriteScan(handle, scan.Columns, part).ToString();
        NpgsqlConnection connection = await server.OpenAsync(cancellationToken);
        try
        {
            string snapshot = split.SnapshotId is { } id ? $"SET TRANSACTION SNAPSHOT {PostgresLiterals.Quote(id)}; " : "";
            await using var begin = new NpgsqlCommand(
                $"BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {snapshot}{Settings}", connection);
            await begin.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync();
            if (PostgresErrors.IsForeign(exception))
                throw PostgresErrors.Translate(exception, server.Options, cancellationToken);
            throw;
        }

        var reader = new PostgresReader(server, connection, scan, handle.Table.Name, cancellationToken);
        try
        {
            await reader.StartAsync(sql, cancellationToken);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }
}
