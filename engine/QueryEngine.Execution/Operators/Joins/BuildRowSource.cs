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
    private const int RowsPerRange = RecordBatch.MaxRows;
    private int _nextRange = -1;

    /// <inheritdoc/>
    public override int MaxDrivers => Math.Max(1, (layout.Build.RowCount + RowsPerRange - 1) / RowsPerRange);

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new RangeReader(this, Statistics!.Memory!);

    private RecordBatch? Next(int[] rows, MemoryContext memory)
    {
        ReadOnlySpan<bool> matched = layout.Build.Matched;
        int count = 0;
        while (count == 0)
        {
            long start = (long)Interlocked.Increment(ref _nextRange) * RowsPerRange;
            if (start >= matched.Length)
                return null;
            int end = (int)Math.Min(matched.Length, start + RowsPerRange);
            for (int row = (int)start; row < end; row++)
            {
                rows[count] = row;
                count += matched[row] == isMatched ? 1 : 0;
            }
        }

        var columns = new ColumnVector[layout.KeptProbe.Length + layout.KeptBuild.Length];
        try
        {
            for (int column = 0; column < layout.KeptProbe.Length; column++)
                columns[column] = Gather.Nulls(layout.KeptProbeColumns[column].Type, count, memory);
            for (int column = 0; column < layout.KeptBuild.Length; column++)
            {
                columns[layout.KeptProbe.Length + column] =
                    Compaction.Rows(layout.Build.Rows![layout.KeptBuild[column]], rows.AsSpan(0, count), memory);
            }
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
