using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Reading;

/// <summary>The rows whose column, a whole number that is never NULL, is in a range; bounds of null are none.</summary>
internal sealed record OdbcSplit(string? Column, long? Low, long? Below) : Split
{
    /// <summary>Writes the condition on the column, or null when there is none.</summary>
    public Action<SqlText>? ToRange(SqlDialect dialect)
    {
        if (Column is null || (Low is null && Below is null))
            return null;
        string name = dialect.Identifiers.Quote(Column);
        return sql =>
        {
            if (Low is { } low)
                sql.Add(name).Add(" >= ").Add(low.ToString(CultureInfo.InvariantCulture));
            if (Low is not null && Below is not null)
                sql.Add(" AND ");
            if (Below is { } below)
                sql.Add(name).Add(" < ").Add(below.ToString(CultureInfo.InvariantCulture));
        };
    }
}

/// <summary>Reads splits by queries of a dialect.</summary>
internal sealed class OdbcRecordSetProvider(OdbcPool pool, SqlDialect dialect, bool zeroIsNull) : IRecordSetProvider
{
    private static readonly ColumnHandle[] _count = [new ColumnHandle("count", SqlType.BigInt)];

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var split = (OdbcSplit)scan.Split;
        var part = new SqlTablePart { WriteRange = split.ToRange(dialect), Domain = scan.DynamicFilter.Current };
        SqlText sql = new SqlGenerator(dialect).WriteScan((SqlTableHandle)scan.Table, scan.Columns, part);
        bool isCount = scan.Columns.Count == 0;
        using OdbcReader reader = await RunAsync(
            () => new OdbcReader(pool, sql, isCount ? _count : scan.Columns, zeroIsNull, isCount ? MemoryContext.Unlimited : scan.Memory, cancellationToken),
            cancellationToken);
        scan.Metrics.Add(requests: 1);
        while (await RunAsync(reader.ReadBatch, cancellationToken) is { } batch)
        {
            if (isCount)
            {
                foreach (RecordBatch rows in Count(batch))
                    yield return rows;
                continue;
            }

            scan.Metrics.Add(bytes: batch.SizeInBytes, rowsRead: batch.RowCount);
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // The driver's calls wait for the source and cannot be awaited.
    private static async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (Exception exception) when (exception is QueryException or OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("the query was canceled", exception, cancellationToken);
        }
    }

    private static IEnumerable<RecordBatch> Count(RecordBatch count)
    {
        long left;
        using (count)
            left = ((FixedWidthVector<long>)count[0]).Values[0];
        while (left > 0)
        {
            int rows = (int)Math.Min(left, RecordBatch.MaxRows);
            left -= rows;
            yield return new RecordBatch([], rows);
        }
    }
}
