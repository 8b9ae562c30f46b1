using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>The build rows that found no match, with NULLs for the probe side. Runs after all probing, on one driver.</summary>
internal sealed class UnmatchedBuildSource(JoinLayout layout) : SourceFactory
{
    /// <inheritdoc/>
    public override int MaxDrivers => 1;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new UnmatchedReader(layout, Statistics!.Memory!);

    private sealed class UnmatchedReader(JoinLayout layout, MemoryContext memory) : Source
    {
        private readonly int[] _rows = new int[RecordBatch.MaxRows];
        private int _next;

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            Span<bool> matched = layout.Build.Matched;
            int count = 0;
            for (; _next < matched.Length && count < _rows.Length; _next++)
            {
                _rows[count] = _next;
                count += matched[_next] ? 0 : 1;
            }

            if (count == 0)
                return new((RecordBatch?)null);

            var columns = new ColumnVector[layout.KeptProbe.Length + layout.KeptBuild.Length];
            for (int column = 0; column < layout.KeptProbe.Length; column++)
                columns[column] = Gather.Nulls(layout.KeptProbeColumns[column].Type, count, memory);
            for (int column = 0; column < layout.KeptBuild.Length; column++)
            {
                columns[layout.KeptProbe.Length + column] =
                    Compaction.Rows(layout.Build.Rows![layout.KeptBuild[column]], _rows.AsSpan(0, count), memory);
            }

            return new(new RecordBatch(columns, count));
        }
    }
}
