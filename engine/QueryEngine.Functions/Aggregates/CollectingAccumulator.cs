using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>Makes the result of a group that has rows from their values: appends exactly one value.</summary>
internal delegate void GroupFinisher(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context);

/// <summary>
/// Keeps the arguments of all rows, in the order in which they came, for functions that need them at once. A state is one array an argument.
/// Groups without rows give NULL.
/// </summary>
internal sealed class CollectingAccumulator(
    FunctionContext context, ValueList<SqlType> types, SqlType result, bool skipsNulls, GroupFinisher finish) : Accumulator
{
    private readonly VectorBuilder[] _builders = [.. types.Select(type => VectorBuilder.Create(type, context.Memory, 64))];
    private readonly GroupArray<int> _first = new(context.Memory); // 1-based; 0: none
    private readonly GroupArray<int> _last = new(context.Memory);
    private readonly GroupArray<int> _next = new(context.Memory);
    private ColumnVector[]? _built;
    private int _rowCount;

    /// <inheritdoc/>
    public override void EnsureGroups(int count)
    {
        _first.Resize(count);
        _last.Resize(count);
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        for (int row = 0; row < groups.Length; row++)
            if (!skipsNulls || !arguments[0].IsNull(row))
                AddRow(arguments, row, groups[row]);
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        for (int row = 0; row < rowCount; row++)
            if (!skipsNulls || !arguments[0].IsNull(row))
                AddRow(arguments, row, group);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        var flat = new ArrayVector[states.Length];
        var elements = new ColumnVector[states.Length];
        for (int column = 0; column < flat.Length; column++)
        {
            flat[column] = (ArrayVector)Gather.Flatten(states[column], context.Memory);
            elements[column] = flat[column].Elements;
        }

        for (int row = 0; row < groups.Length; row++)
            for (int at = flat[0].Offsets[row]; at < flat[0].Offsets[row + 1]; at++)
                AddRow(elements, at, groups[row]);
        foreach (ArrayVector vector in flat)
            vector.Dispose();
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count)
    {
        ColumnVector[] columns = Columns();
        var states = new ColumnVector[types.Count];
        for (int column = 0; column < states.Length; column++)
        {
            using var builder = new ArrayBuilder(SqlType.Array(types[column]), context.Memory, count);
            for (int group = firstGroup; group < firstGroup + count; group++)
            {
                for (int at = _first.Items[group]; at != 0; at = _next.Items[at - 1])
                    builder.Elements.AppendFrom(columns[column], at - 1);
                builder.EndRow();
            }

            states[column] = builder.Build();
        }

        return states;
    }

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        ColumnVector[] columns = Columns();
        using VectorBuilder builder = VectorBuilder.Create(result, context.Memory, count);
        var rows = new List<int>();
        for (int group = firstGroup; group < firstGroup + count; group++)
        {
            rows.Clear();
            for (int at = _first.Items[group]; at != 0; at = _next.Items[at - 1])
                rows.Add(at - 1);
            if (rows.Count == 0)
                builder.AppendNull();
            else
                finish(columns, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows), builder, context);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (VectorBuilder builder in _builders)
            builder.Dispose();
        foreach (ColumnVector vector in _built ?? [])
            vector.Dispose();
        _built = null;
        _first.Dispose();
        _last.Dispose();
        _next.Dispose();
    }

    private void AddRow(ReadOnlySpan<ColumnVector> arguments, int row, int group)
    {
        if (_built is not null)
            Reopen();
        for (int column = 0; column < _builders.Length; column++)
            _builders[column].AppendFrom(arguments[column], row);
        _next.Resize(++_rowCount);
        int last = _last.Items[group];
        if (last == 0)
            _first.Items[group] = _rowCount;
        else
            _next.Items[last - 1] = _rowCount;
        _last.Items[group] = _rowCount;
    }

    private ColumnVector[] Columns() => _built ??= [.. _builders.Select(builder => builder.Build())];

    private void Reopen()
    {
        for (int column = 0; column < _builders.Length; column++)
        {
            for (int row = 0; row < _rowCount; row++)
                _builders[column].AppendFrom(_built![column], row);
            _built![column].Dispose();
        }

        _built = null;
    }
}
