using System.Runtime.CompilerServices;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.ClickHouse.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>Reads splits by queries whose answers come in blocks of columns.</summary>
internal sealed class ClickHouseRecordSetProvider(ClickHouseServer server, ClickHouseDialect dialect) : IRecordSetProvider
{
    private static readonly ColumnHandle[] _count = [new ColumnHandle("count", SqlType.BigInt)];

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ClickHouseInfo info = await server.GetInfoAsync(cancellationToken);
        var handle = (SqlTableHandle)scan.Table;
        var part = new SqlTablePart { WriteRange = ((ClickHouseSplit)scan.Split).ToRange(), Domain = scan.DynamicFilter.Current };
        string sql = new SqlGenerator(dialect).WriteScan(handle, scan.Columns, part).ToString();
        bool isCount = scan.Columns.Count == 0;
        await using var reader = new ClickHouseReader(
            server, info, isCount ? _count : scan.Columns, handle.Table.DescribedName.Table, isCount ? MemoryContext.Unlimited : scan.Memory, scan.Metrics);
        await reader.StartAsync(sql, scan.Session.QueryId, cancellationToken);
        while (await reader.ReadBatchAsync(cancellationToken) is { } batch)
        {
            if (!isCount)
            {
                scan.Metrics.Add(rowsRead: batch.RowCount);
                yield return batch;
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            long left;
            using (batch)
                left = batch.RowCount == 0 ? 0 : ((FixedWidthVector<long>)batch[0]).Values[0];
            for (; left > 0; left -= RecordBatch.MaxRows)
                yield return new RecordBatch([], (int)Math.Min(left, RecordBatch.MaxRows));
        }
    }
}
