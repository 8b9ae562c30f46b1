using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Grouping;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// Probes with batches: looks all keys up at once, then follows the chains of equal keys to pairs of rows, a batch of pairs at a time.
/// Columns are gathered only for pairs that pass the filter.
/// </summary>
internal sealed class JoinProbeOperator : Operator
{
    private readonly JoinLayout _layout;
    private readonly JoinTable _build;
    private readonly MemoryContext _memory;
    private readonly RowFilter? _filter;
    private readonly Functions.FunctionContext _functions;
    private readonly JoinKind _kind;
    private readonly bool _marksBuild;
    private readonly int[] _probeRows = new int[RecordBatch.MaxRows];
    private readonly int[] _buildRows = new int[RecordBatch.MaxRows];
    private readonly int[] _passing = new int[RecordBatch.MaxRows];
    private KeyFinder? _finder;
    private int[] _heads = [];
    private bool[] _matched = [];
    private RecordBatch? _batch;
    private int _row;
    private int _candidate;

    public JoinProbeOperator(JoinLayout layout, JoinTable build, MemoryContext memory)
    {
        (_layout, _build, _memory, _kind) = (layout, build, memory, layout.Node.Kind);
        _marksBuild = layout.Node.BuildsLeft;
        _filter = layout.NewFilter();
        _functions = layout.Functions with { Memory = memory };
    }

    /// <inheritdoc/>
    public override bool HasPending => _batch is not null;

    private bool GivesPairs => _kind is JoinKind.Inner or JoinKind.Left or JoinKind.Right or JoinKind.Full;

    private bool KeepsUnmatchedProbe => _kind is JoinKind.Left or JoinKind.Full;

    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        if (_build.RowCount == 0 && (_marksBuild || _kind is JoinKind.Inner or JoinKind.Semi or JoinKind.Right))
        {
            batch.Dispose();
            StopInput();
            return;
        }

        // Whatever throws from here on, the operator's end gives the batch back.
        _batch = batch;
        FindHeads(batch);
        if (_filter is null && TryWithoutPairs(batch))
        {
            _batch = null;
            batch.Dispose();
            return;
        }

        _row = 0;
        _candidate = batch.RowCount > 0 ? _heads[0] : -1;
        if (_matched.Length < batch.RowCount)
            _matched = new bool[batch.RowCount];
        _matched.AsSpan(0, batch.RowCount).Clear();
        Resume();
    }

    /// <inheritdoc/>
    public override void Resume()
    {
        RecordBatch batch = _batch!;
        while (_row < batch.RowCount)
        {
            int count = FillPairs(batch.RowCount);
            if (count > 0)
                TakePairs(batch, count);
            if (MustPause && _row < batch.RowCount)
                return;
        }

        _batch = null;
        using (batch)
            EndBatch(batch);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _batch?.Dispose();
        _batch = null;
        _finder?.Dispose();
        _filter?.Dispose();
    }

    private void FindHeads(RecordBatch batch)
    {
        if (_heads.Length < batch.RowCount)
            _heads = new int[batch.RowCount];
        Span<int> heads = _heads.AsSpan(0, batch.RowCount);
        _finder ??= _build.Index.NewFinder();
        var keys = new ColumnVector[_build.RowCount == 0 ? 0 : _layout.ProbeKeys.Length];
        for (int key = 0; key < keys.Length; key++)
            keys[key] = batch[_layout.ProbeKeys[key]];
        _finder.Find(keys, batch.RowCount, heads);
        for (int key = 0; key < keys.Length; key++)
        {
            if (_layout.Node.Criteria[key].IsNullSafe || !keys[key].MayHaveNulls)
                continue;
            Validity validity = keys[key].Validity;
            for (int row = 0; row < heads.Length; row++)
                heads[row] = validity[row] ? heads[row] : -1;
        }
    }

    // Joins whose answer for a row depends on its first match alone need no pairs.
    private bool TryWithoutPairs(RecordBatch batch)
    {
        ReadOnlySpan<int> heads = _heads.AsSpan(0, batch.RowCount);
        if (_marksBuild)
        {
            MarkBuildRows(heads);
            return true;
        }

        switch (_kind)
        {
            case JoinKind.Semi or JoinKind.Anti:
                Span<int> rows = batch.RowCount <= _passing.Length ? _passing : new int[batch.RowCount];
                int count = 0;
                bool wanted = _kind == JoinKind.Semi;
                for (int row = 0; row < heads.Length; row++)
                {
                    rows[count] = row;
                    count += heads[row] >= 0 == wanted ? 1 : 0;
                }

                EmitProbeRows(batch, rows[..count]);
                return true;
            case JoinKind.Mark:
                bool[] matched = new bool[heads.Length];
                for (int row = 0; row < matched.Length; row++)
                    matched[row] = heads[row] >= 0;
                EmitMarks(batch, matched);
                return true;
            case JoinKind.Inner or JoinKind.Left when _build.Index.IsUnique && batch.RowCount <= RecordBatch.MaxRows:
                EmitUnique(batch, heads);
                return true;
            default:
                return false;
        }
    }

    // The rows of a key are marked together: where the first one is, all are.
    private void MarkBuildRows(ReadOnlySpan<int> heads)
    {
        Span<bool> matched = _build.Matched;
        ReadOnlySpan<int> next = _build.Index.Next;
        foreach (int head in heads)
        {
            if (head < 0 || matched[head])
                continue;
            if (!next.IsEmpty)
                for (int row = next[head]; row >= 0; row = next[row])
                    matched[row] = true;
            matched[head] = true;
        }
    }

    private void EmitUnique(RecordBatch batch, ReadOnlySpan<int> heads)
    {
        if (_kind == JoinKind.Left || !heads.Contains(-1))
        {
            EmitPairs(batch, RowNumbers.UpTo(heads.Length), heads, isWholeBatch: true);
            return;
        }

        int count = 0;
        for (int row = 0; row < heads.Length; row++)
        {
            int head = heads[row];
            _probeRows[count] = row;
            _buildRows[count] = head;
            count += head >= 0 ? 1 : 0;
        }

        EmitPairs(batch, _probeRows.AsSpan(0, count), _buildRows.AsSpan(0, count), isWholeBatch: false);
    }

    private int FillPairs(int rowCount)
    {
        ReadOnlySpan<int> next = _build.Index.Next;
        ReadOnlySpan<bool> done = _marksBuild ? _build.Matched : default;
        bool keepsUnmatched = KeepsUnmatchedProbe && _filter is null;
        int count = 0;
        while (_row < rowCount && count < _probeRows.Length)
        {
            if (_candidate >= 0)
            {
                _probeRows[count] = _row;
                _buildRows[count] = _candidate;
                count += done.IsEmpty || !done[_candidate] ? 1 : 0;
                _candidate = next.IsEmpty ? -1 : next[_candidate];
                if (_candidate >= 0)
                    continue;
            }
            else if (keepsUnmatched)
            {
                _probeRows[count] = _row;
                _buildRows[count++] = -1;
            }

            _candidate = ++_row < rowCount ? _heads[_row] : -1;
        }

        return count;
    }

    private void TakePairs(RecordBatch batch, int count)
    {
        Span<int> probeRows = _probeRows.AsSpan(0, count);
        Span<int> buildRows = _buildRows.AsSpan(0, count);
        if (_filter is not null)
        {
            count = Filter(batch, probeRows, buildRows);
            probeRows = probeRows[..count];
            buildRows = buildRows[..count];
        }

        if (_filter is not null || !GivesPairs)
        {
            foreach (int row in probeRows)
                _matched[row] = true;
        }

        Span<bool> buildMatched = _build.Matched;
        if (!buildMatched.IsEmpty)
        {
            foreach (int row in buildRows)
                if (row >= 0)
                    buildMatched[row] = true;
        }

        if (GivesPairs && count > 0)
            EmitPairs(batch, probeRows, buildRows, isWholeBatch: false);
    }

    private int Filter(RecordBatch batch, Span<int> probeRows, Span<int> buildRows)
    {
        var columns = new ColumnVector[_layout.FilterProbe.Length + _layout.FilterBuild.Length];
        try
        {
            for (int column = 0; column < _layout.FilterProbe.Length; column++)
                columns[column] = Compaction.Rows(batch[_layout.FilterProbe[column]], probeRows, _memory);
            for (int column = 0; column < _layout.FilterBuild.Length; column++)
                columns[_layout.FilterProbe.Length + column] = Compaction.Rows(_build.Rows![_layout.FilterBuild[column]], buildRows, _memory);
            using var scope = new Scope(columns, probeRows.Length, _functions);
            int count = _filter!.Apply(scope, _passing);
            for (int pair = 0; pair < count; pair++)
                (probeRows[pair], buildRows[pair]) = (probeRows[_passing[pair]], buildRows[_passing[pair]]);
            return count;
        }
        finally
        {
            Compaction.DisposeAll(columns);
        }
    }

    private void EndBatch(RecordBatch batch)
    {
        if (_marksBuild)
            return;

        ReadOnlySpan<bool> matched = _matched.AsSpan(0, batch.RowCount);
        if (_kind == JoinKind.Mark)
        {
            EmitMarks(batch, matched.ToArray());
            return;
        }

        bool wanted = _kind == JoinKind.Semi;
        bool addsUnmatched = KeepsUnmatchedProbe && _filter is not null;
        if (!addsUnmatched && _kind is not (JoinKind.Semi or JoinKind.Anti))
            return;

        int[] rows = new int[batch.RowCount];
        int count = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            rows[count] = row;
            count += matched[row] == wanted ? 1 : 0;
        }

        if (!addsUnmatched)
        {
            EmitProbeRows(batch, rows.AsSpan(0, count));
            return;
        }

        int[] missing = new int[count];
        missing.AsSpan().Fill(-1);
        EmitPairs(batch, rows.AsSpan(0, count), missing, isWholeBatch: false);
    }

    private void EmitMarks(RecordBatch batch, bool[] matched)
    {
        byte[] states = MarkStates.Of(_layout, batch, matched);
        using ColumnVector marks = Booleans.Build(states, _memory);
        ColumnVector[] columns = KeepProbe(batch, [], isWholeBatch: true, extra: 1);
        marks.Retain();
        columns[^1] = marks;
        Emit(new RecordBatch(columns, batch.RowCount));
    }

    private void EmitProbeRows(RecordBatch batch, ReadOnlySpan<int> rows)
    {
        if (rows.Length > 0)
            Emit(new RecordBatch(KeepProbe(batch, rows, rows.Length == batch.RowCount, extra: 0), rows.Length));
    }

    private void EmitPairs(RecordBatch batch, ReadOnlySpan<int> probeRows, ReadOnlySpan<int> buildRows, bool isWholeBatch)
    {
        if (probeRows.IsEmpty)
            return;

        ColumnVector[] columns = KeepProbe(batch, probeRows, isWholeBatch, _layout.KeptBuild.Length);
        try
        {
            bool hasMissing = KeepsUnmatchedProbe && buildRows.Contains(-1);
            for (int column = 0; column < _layout.KeptBuild.Length; column++)
                columns[_layout.KeptProbe.Length + column] = TakeBuild(_layout.KeptBuild[column], buildRows, hasMissing);
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        Emit(new RecordBatch(columns, probeRows.Length));
    }

    private ColumnVector TakeBuild(int column, ReadOnlySpan<int> buildRows, bool hasMissing)
    {
        if (_build.Rows is null)
            return Gather.Nulls(_layout.Build.Layout[column].Type, buildRows.Length, _memory);

        ColumnVector source = _build.Rows[column];
        if (hasMissing)
            return Gather.TakeOrNull(source, buildRows, _memory);

        // The only row of a scalar subquery is a constant.
        if (_build.RowCount == 1)
            return new ConstantVector(source.Slice(0, 1), buildRows.Length);
        return Compaction.Rows(source, buildRows, _memory);
    }

    private ColumnVector[] KeepProbe(RecordBatch batch, ReadOnlySpan<int> rows, bool isWholeBatch, int extra)
    {
        int[] kept = _layout.KeptProbe;
        var columns = new ColumnVector[kept.Length + extra];
        try
        {
            for (int column = 0; column < kept.Length; column++)
            {
                ColumnVector source = batch[kept[column]];
                if (isWholeBatch)
                    source.Retain();
                columns[column] = isWholeBatch ? source : Compaction.Rows(source, rows, _memory);
            }
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return columns;
    }
}
