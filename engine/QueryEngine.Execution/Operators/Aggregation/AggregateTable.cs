using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Grouping;
using QueryEngine.Functions;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>Groups and the states of their aggregates: a driver's own, or one partition's. Without keys there is one group from the start. Not thread-safe.</summary>
internal sealed class AggregateTable : IDisposable
{
    private readonly AggregateLayout _layout;
    private readonly FunctionContext _functions;
    private GroupKeys? _keys;
    private RowGroups? _rowGroups;
    private readonly Accumulator[] _accumulators;
    private int[] _groups = [];
    private long _extraBytes;

    public AggregateTable(AggregateLayout layout)
        : this(layout, memory => layout.Keys.Length == 0 ? null : GroupKeys.Create(layout.KeyTypes, memory))
    {
    }

    private AggregateTable(AggregateLayout layout, Func<MemoryContext, GroupKeys?> newKeys)
    {
        (_layout, _functions) = (layout, layout.Functions with { Memory = layout.Memory.Child("groups") });
        _keys = newKeys(Memory);
        _accumulators = CreateAccumulators();
    }

    /// <summary>Where the table is counted.</summary>
    public MemoryContext Memory => _functions.Memory;

    /// <summary>The number of groups.</summary>
    public int Count => _keys?.Count ?? _rowGroups?.Count ?? 1;

    /// <summary>A table for so many groups, or fewer.</summary>
    public static AggregateTable ForMany(AggregateLayout layout, int groups)
    {
        var table = new AggregateTable(layout, memory => GroupKeys.CreateTable(layout.KeyTypes, memory));
        try
        {
            table._keys!.Reserve(groups);
        }
        catch
        {
            table.Dispose();
            throw;
        }

        return table;
    }

    /// <summary>
    /// The groups of states and of rows that are all there, either of which may be missing. The keys are those of the states and then those of the rows; they stay the
    /// caller's, as the batches do.
    /// </summary>
    public static AggregateTable OfWhole(AggregateLayout layout, ColumnVector[] keys, RecordBatch? states, RecordBatch? rows, AggregateInputs inputs)
    {
        int[] groups = new int[keys[0].Length];
        AggregateTable table = RowGroups.Fits(layout.KeyTypes) ? new AggregateTable(layout, _ => null) : ForMany(layout, groups.Length);
        try
        {
            if (table._keys is null)
                table._rowGroups = RowGroups.Find(keys, groups, table.Memory);
            else
                table._keys.Resolve(keys, groups.Length, groups);
            foreach (Accumulator accumulator in table._accumulators)
                accumulator.EnsureGroups(table.Count);
            if (states is not null)
                table.MergeStates(states, groups.AsSpan(0, states.RowCount));
            if (rows is not null)
                table.AddArguments(rows, inputs, groups.AsSpan(groups.Length - rows.RowCount));
        }
        catch
        {
            table.Dispose();
            throw;
        }

        return table;
    }

    /// <summary>Takes in rows, or states where the layout says so.</summary>
    public void Add(RecordBatch batch, AggregateInputs inputs) => AddArguments(batch, inputs, Resolve(batch, _layout.Keys));

    /// <summary>Takes in the arguments of one call for rows whose groups are known.</summary>
    public void AddRows(int call, ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups) => _accumulators[call].Add(arguments, groups);

    /// <summary>The groups of a batch's rows; new ones are made. Valid until the next call.</summary>
    public ReadOnlySpan<int> Resolve(RecordBatch batch, ReadOnlySpan<int> keys)
    {
        if (_groups.Length < batch.RowCount)
            _groups = new int[batch.RowCount];
        Span<int> groups = _groups.AsSpan(0, batch.RowCount);
        if (_keys is null)
        {
            groups.Clear();
            return groups;
        }

        var columns = new ColumnVector[keys.Length];
        for (int key = 0; key < columns.Length; key++)
            columns[key] = batch[keys[key]];
        _keys.Resolve(columns, batch.RowCount, groups);
        foreach (Accumulator accumulator in _accumulators)
            accumulator.EnsureGroups(_keys.Count);
        return groups;
    }

    /// <summary>Takes in a batch of keys and then states, as <see cref="BuildStates"/> gives it.</summary>
    public void MergeStates(RecordBatch states) => MergeStates(states, Resolve(states, Enumerable.Range(0, _layout.Keys.Length).ToArray()));

    /// <summary>Keys and states of some groups as one batch. The caller owns it.</summary>
    public RecordBatch BuildStates(int first, int count) => Build(first, count, (accumulator, columns) => columns.AddRange(accumulator.BuildStates(first, count)));

    /// <summary>Keys and results of some groups as one batch. The caller owns it.</summary>
    public RecordBatch BuildResults(int first, int count) => Build(first, count, (accumulator, columns) => columns.Add(accumulator.BuildResults(first, count)));

    /// <summary>Forgets all groups.</summary>
    public void Clear()
    {
        _keys?.Clear();
        foreach (Accumulator accumulator in _accumulators)
            accumulator.Dispose();
        CreateAccumulators().CopyTo(_accumulators, 0);
        CountExtraBytes();
    }

    /// <summary>Forgets all groups and gives their room back.</summary>
    public void Reset()
    {
        _keys?.Dispose();
        _keys = _keys is null ? null : GroupKeys.Create(_layout.KeyTypes, Memory);
        foreach (Accumulator accumulator in _accumulators)
            accumulator.Dispose();
        CreateAccumulators().CopyTo(_accumulators, 0);
        CountExtraBytes();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Accumulator accumulator in _accumulators)
            accumulator.Dispose();
        _keys?.Dispose();
        _rowGroups?.Dispose();
        Memory.Free(_extraBytes);
        _extraBytes = 0;
    }

    private void AddArguments(RecordBatch batch, AggregateInputs inputs, ReadOnlySpan<int> groups)
    {
        using Scope scope = inputs.Open(batch);
        for (int call = 0; call < _accumulators.Length; call++)
        {
            ColumnVector[] arguments = inputs.Evaluate(call, scope, out int[]? rows);
            try
            {
                AddTo(_accumulators[call], arguments, batch.RowCount, groups, rows);
            }
            finally
            {
                Compaction.DisposeAll(arguments);
            }
        }

        CountExtraBytes();
    }

    private void MergeStates(RecordBatch states, ReadOnlySpan<int> groups)
    {
        int column = _layout.Keys.Length;
        for (int call = 0; call < _accumulators.Length; call++)
        {
            int width = _layout.Calls[call].Function.IntermediateTypes.Count;
            _accumulators[call].Merge(states.Columns.Slice(column, width), groups);
            column += width;
        }

        CountExtraBytes();
    }

    private void AddTo(Accumulator accumulator, ReadOnlySpan<ColumnVector> arguments, int rowCount, ReadOnlySpan<int> groups, int[]? rows)
    {
        if (_layout.MergesStates)
        {
            accumulator.Merge(arguments, groups);
            return;
        }

        if (_layout.Keys.Length == 0)
        {
            accumulator.AddToOne(arguments, rows?.Length ?? rowCount, 0);
            return;
        }

        if (rows is null)
        {
            accumulator.Add(arguments, groups);
            return;
        }

        int[] some = new int[rows.Length];
        for (int row = 0; row < some.Length; row++)
            some[row] = groups[rows[row]];
        accumulator.Add(arguments, some);
    }

    private RecordBatch Build(int first, int count, Action<Accumulator, List<ColumnVector>> add)
    {
        var columns = new List<ColumnVector>();
        try
        {
            if (_keys is not null)
                columns.AddRange(_keys.Build(first, count));
            if (_rowGroups is not null)
                columns.AddRange(_rowGroups.Build(first, count));
            foreach (Accumulator accumulator in _accumulators)
                add(accumulator, columns);
        }
        catch
        {
            Compaction.DisposeAll([.. columns]);
            throw;
        }

        return new RecordBatch([.. columns], count);
    }

    private Accumulator[] CreateAccumulators()
    {
        Accumulator[] accumulators = [.. _layout.Calls.Select(call => call.Function.CreateAccumulator(_functions))];
        if (_layout.Keys.Length == 0)
        {
            foreach (Accumulator accumulator in accumulators)
                accumulator.EnsureGroups(1);
        }

        return accumulators;
    }

    private void CountExtraBytes()
    {
        long extra = 0;
        foreach (Accumulator accumulator in _accumulators)
            extra += accumulator.ExtraBytes;
        if (extra > _extraBytes)
            Memory.Reserve(extra - _extraBytes);
        else
            Memory.Free(_extraBytes - extra);
        _extraBytes = extra;
    }
}
