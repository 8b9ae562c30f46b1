using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans UNNEST.</summary>
internal sealed class UnnestPlanner : NodePlanner<UnnestNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(UnnestNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        Column[] replicated = [.. node.Replicated.Where(required.Contains)];
        RowStream input = context.Plan(node.Source, replicated.Concat(node.Items.Select(item => item.Collection)).ToHashSet());
        OperatorStatistics statistics = context.Count(node, "unnest");
        int[] kept = input.PlacesOf(replicated);
        int[] collections = input.PlacesOf(node.Items.Select(item => item.Collection));
        Column[] layout = [.. replicated, .. node.Items.SelectMany(item => item.Outputs), .. node.Ordinality is null ? [] : new[] { node.Ordinality }];
        return input.Then(layout, statistics, _ => new UnnestOperator(node, kept, collections, statistics.Memory!));
    }
}

/// <summary>Gives a row for every element. Elements of several collections stand side by side, missing ones NULL.</summary>
internal sealed class UnnestOperator(UnnestNode node, int[] kept, int[] collections, MemoryContext memory) : Operator
{
    private readonly int[] _rows = new int[RecordBatch.MaxRows];
    private readonly int[] _elements = new int[RecordBatch.MaxRows];
    private RecordBatch? _batch;
    private ColumnVector[] _flat = [];
    private int _row;
    private int _element;

    /// <inheritdoc/>
    public override bool HasPending => _batch is not null;

    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        _batch = batch;
        _flat = [.. collections.Select(collection => Gather.Flatten(batch[collection], memory))];
        (_row, _element) = (0, 0);
        Resume();
    }

    /// <inheritdoc/>
    public override void Resume()
    {
        while (_row < _batch!.RowCount)
        {
            int count = Fill(_batch.RowCount);
            if (count > 0)
                EmitElements(_batch, count);
            if (MustPause && _row < _batch.RowCount)
                return;
        }

        Release();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        Compaction.DisposeAll(_flat);
        _flat = [];
        _batch?.Dispose();
        _batch = null;
    }

    private int Fill(int rowCount)
    {
        int count = 0;
        while (_row < rowCount && count < _rows.Length)
        {
            int length = 0;
            foreach (ColumnVector collection in _flat)
                length = Math.Max(length, LengthOf(collection, _row));
            if (_element < length)
            {
                _rows[count] = _row;
                _elements[count++] = _element++;
                continue;
            }

            if (length == 0 && node.IsOuter)
            {
                _rows[count] = _row;
                _elements[count++] = -1;
            }

            _row++;
            _element = 0;
        }

        return count;
    }

    private void EmitElements(RecordBatch batch, int count)
    {
        ReadOnlySpan<int> rows = _rows.AsSpan(0, count);
        var columns = new List<ColumnVector>();
        try
        {
            foreach (int column in kept)
                columns.Add(Compaction.Rows(batch[column], rows, memory));
            for (int item = 0; item < _flat.Length; item++)
                AddElements(_flat[item], node.Items[item], count, columns);
            if (node.Ordinality is not null)
                columns.Add(Ordinals(count));
        }
        catch
        {
            Compaction.DisposeAll([.. columns]);
            throw;
        }

        Emit(new RecordBatch([.. columns], count));
    }

    private void AddElements(ColumnVector collection, UnnestItem item, int count, List<ColumnVector> columns)
    {
        int[] places = new int[count];
        ReadOnlySpan<int> offsets = collection is MapVector map ? map.Offsets : ((ArrayVector)collection).Offsets;
        for (int row = 0; row < count; row++)
        {
            int element = _elements[row];
            places[row] = element >= 0 && element < LengthOf(collection, _rows[row]) ? offsets[_rows[row]] + element : -1;
        }

        if (collection is MapVector entries)
        {
            columns.Add(Gather.TakeOrNull(entries.Keys, places, memory));
            columns.Add(Gather.TakeOrNull(entries.Values, places, memory));
            return;
        }

        ColumnVector elements = Gather.TakeOrNull(((ArrayVector)collection).Elements, places, memory);
        if (elements.Type is not RowType || (item.Outputs.Count == 1 && item.Outputs[0].Type == elements.Type))
        {
            columns.Add(elements);
            return;
        }

        using ColumnVector owned = elements;
        using ColumnVector flat = Gather.Flatten(elements, memory);
        int[] valid = new int[count];
        for (int row = 0; row < count; row++)
            valid[row] = flat.IsNull(row) ? -1 : row;
        foreach (ColumnVector field in ((RowVector)flat).Fields)
            columns.Add(Gather.TakeOrNull(field, valid, memory));
    }

    private ColumnVector Ordinals(int count)
    {
        using VectorBuilder builder = VectorBuilder.Create(node.Ordinality!.Type, memory, count);
        for (int row = 0; row < count; row++)
            builder.AppendBoxed(_elements[row] < 0 ? null : node.Ordinality.Type.Physical == PhysicalType.Int64 ? _elements[row] + 1L : _elements[row] + 1);
        return builder.Build();
    }

    private static int LengthOf(ColumnVector collection, int row)
    {
        if (collection.IsNull(row))
            return 0;
        ReadOnlySpan<int> offsets = collection is MapVector map ? map.Offsets : ((ArrayVector)collection).Offsets;
        return offsets[row + 1] - offsets[row];
    }
}
