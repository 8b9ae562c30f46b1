using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

/// <summary>Keeps one sketch a group; a group without rows has none. A state is the sketch's bytes, NULL of none.</summary>
internal abstract class SketchAccumulator<TSketch>(FunctionContext context, SqlType result) : Accumulator
    where TSketch : class, ISketch<TSketch>
{
    private readonly List<TSketch?> _groups = [];
    private long _bytes;

    /// <inheritdoc/>
    public override long ExtraBytes => _bytes;

    /// <summary>An empty sketch for the arguments of a row.</summary>
    protected abstract TSketch Create(ReadOnlySpan<ColumnVector> arguments, int row);

    /// <summary>Prepares the rows of a batch; the arguments are flat.</summary>
    protected virtual void Begin(ReadOnlySpan<ColumnVector> arguments, int rowCount)
    {
    }

    /// <summary>Takes in a row whose first argument is not null.</summary>
    protected abstract void Add(TSketch sketch, ReadOnlySpan<ColumnVector> arguments, int row);

    /// <summary>Appends the result of a group; null is one without rows.</summary>
    protected abstract void Finish(TSketch? sketch, VectorBuilder builder);

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => CollectionsMarshal.SetCount(_groups, Math.Max(count, _groups.Count));

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        var flat = new ColumnVector[arguments.Length];
        for (int at = 0; at < flat.Length; at++)
            flat[at] = Gather.Flatten(arguments[at], context.Memory);
        Begin(flat, groups.Length);
        for (int row = 0; row < groups.Length; row++)
        {
            if (flat[0].IsNull(row))
                continue;
            TSketch? sketch = _groups[groups[row]];
            long before = sketch?.Bytes ?? 0;
            sketch = _groups[groups[row]] ??= Create(flat, row);
            Add(sketch, flat, row);
            _bytes += sketch.Bytes - before;
        }

        foreach (ColumnVector vector in flat)
            vector.Dispose();
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        int[] groups = new int[rowCount];
        groups.AsSpan().Fill(group);
        Add(arguments, groups);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        var reader = new BytesReader(states[0]);
        for (int row = 0; row < groups.Length; row++)
        {
            if (states[0].IsNull(row))
                continue;
            TSketch state = TSketch.Read(reader[row]);
            if (_groups[groups[row]] is not { } sketch)
            {
                _groups[groups[row]] = state;
                _bytes += state.Bytes;
                continue;
            }

            long before = sketch.Bytes;
            sketch.Merge(state);
            _bytes += sketch.Bytes - before;
        }
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count)
    {
        using var builder = new BytesBuilder(SqlType.Varbinary, context.Memory, count);
        foreach (TSketch? sketch in CollectionsMarshal.AsSpan(_groups).Slice(firstGroup, count))
        {
            if (sketch is null)
                builder.AppendNull();
            else
                builder.Append(sketch.Write());
        }

        return [builder.Build()];
    }

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using VectorBuilder builder = VectorBuilder.Create(result, context.Memory, count);
        foreach (TSketch? sketch in CollectionsMarshal.AsSpan(_groups).Slice(firstGroup, count))
            Finish(sketch, builder);
        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void Release() => _groups.Clear();
}

/// <summary>Merges sketches that are values themselves.</summary>
internal sealed class MergeAccumulator<TSketch>(FunctionContext context, SqlType result) : SketchAccumulator<TSketch>(context, result)
    where TSketch : class, ISketch<TSketch>
{
    // The sketch that a group began with is in already.
    private TSketch? _created;

    /// <inheritdoc/>
    protected override TSketch Create(ReadOnlySpan<ColumnVector> arguments, int row) => _created = TSketch.Read(new BytesReader(arguments[0])[row]);

    /// <inheritdoc/>
    protected override void Add(TSketch sketch, ReadOnlySpan<ColumnVector> arguments, int row)
    {
        if (!ReferenceEquals(sketch, _created))
            sketch.Merge(TSketch.Read(new BytesReader(arguments[0])[row]));
        _created = null;
    }

    /// <inheritdoc/>
    protected override void Finish(TSketch? sketch, VectorBuilder builder) => Sketches.Append(sketch, builder);
}
