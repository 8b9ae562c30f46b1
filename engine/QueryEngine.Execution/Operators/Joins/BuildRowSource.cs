using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// The build rows that found a match, or those that found none, with NULLs for the probe side where that gives columns. Runs after all probing;
/// every driver takes a range of rows after another.
/// </summary>
internal sealed class BuildRowSource(JoinLayout layout, bool isMatched) : SourceFactory
{
    /// <summary>Build rows that are looked at at once.</summary>
    public const int RowsPerRange = RecordBatch.MaxRows;
    private int _nextRange = -1;

    /// <inheritdoc/>
    public override int MaxDrivers => Math.Max(1, (layout.Build.Table.RowCount + RowsPerRange - 1) / RowsPerRange);

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new RangeReader(this, Statistics!.Memory!);

    private RecordBatch? Next(int[] rows, MemoryContext memory)
    {
        while (true)
        {
            long start = (long)Interlocked.Increment(ref _nextRange) * RowsPerRange;
            if (start >= layout.Build.Table.Matched.Length)
                return null;
            if (Rows(layout, layout.Build.Table, (int)start, isMatched, rows, memory) is { } batch)
                return batch;
        }
    }

    /// <summary>The rows wanted of one range, with NULLs for the probe side; null when there are none.</summary>
    public static RecordBatch? Rows(JoinLayout layout, JoinTable table, int start, bool isMatched, int[] rows, MemoryContext memory)
    {
        ReadOnlySpan<bool> matched = table.Matched;
        int count = 0;
        for (int row = start; row < Math.Min(matched.Length, start + RowsPerRange); row++)
        {
            rows[count] = row;
            count += matched[row] == isMatched ? 1 : 0;
        }

        if (count == 0)
            return null;
        var columns = new ColumnVector[layout.KeptProbe.Length + layout.KeptBuild.Length];
        try
        {
            for (int column = 0; column < layout.KeptProbe.Length; column++)
                columns[column] = Gather.Nulls(layout.KeptProbeColumns[column].Type, count, memory);
            for (int column = 0; column < layout.KeptBuild.Length; column++)
                columns[layout.KeptProbe.Length + column] = Compaction.Rows(table.Rows![layout.KeptBuild[column]], rows.AsSpan(0, count), memory);
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return new RecordBatch(columns, count);
    }

    private sealed class RangeReader(BuildRowSource source, MemoryContext memory) : Source
    {
        private readonly int[] _rows = new int[RowsPerRange];

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken) => new(source.Next(_rows, memory));
    }
}

/// <summary>Ends pipelines that give no rows: probes that only mark.</summary>
internal sealed class NoRowsSink : Sink
{
    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new DropOperator();

    private sealed class DropOperator : Operator
    {
        public override void Process(RecordBatch batch) => batch.Dispose();
    }
}
