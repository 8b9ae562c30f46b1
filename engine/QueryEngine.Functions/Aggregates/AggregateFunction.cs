using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>An aggregate function bound to argument types. Stateless and thread-safe; makes accumulators.</summary>
public abstract class AggregateFunction
{
    /// <summary>The catalog name.</summary>
    public abstract string Name { get; }

    /// <summary>The types of the arguments, exactly.</summary>
    public abstract ValueList<SqlType> ParameterTypes { get; }

    /// <summary>The type of the result.</summary>
    public abstract SqlType ReturnType { get; }

    /// <summary>The types of the columns that hold a partial state between tasks; empty when the function cannot be split.</summary>
    public abstract ValueList<SqlType> IntermediateTypes { get; }

    /// <summary>Whether repeated arguments change nothing (min, max, bool_and): DISTINCT is dropped.</summary>
    public virtual bool IgnoresDuplicates => false;

    /// <summary>Whether the order of rows changes the result (array_agg, listagg).</summary>
    public virtual bool IsOrderSensitive => false;

    /// <summary>Makes the states of the groups of one hash table or one partition of it.</summary>
    public abstract Accumulator CreateAccumulator(FunctionContext context);
}

/// <summary>
/// The states of one aggregate for many groups, numbered from 0. Not thread-safe. Arguments may be of any encoding. Rows of a null
/// argument are skipped by strict functions; the FILTER clause and DISTINCT are the caller's work.
/// </summary>
public abstract class Accumulator : IDisposable
{
    /// <summary>Bytes held beyond what the memory context counts by itself.</summary>
    public virtual long ExtraBytes => 0;

    /// <summary>Makes room for groups 0 to <paramref name="count"/> - 1; new ones are empty. Called before a new group's number is used.</summary>
    public abstract void EnsureGroups(int count);

    /// <summary>Takes in rows: row n belongs to group <c>groups[n]</c>.</summary>
    public abstract void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups);

    /// <summary>Takes in rows that all belong to one group. Faster than <see cref="Add"/> where the function can sum a vector at once.</summary>
    public abstract void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group);

    /// <summary>Takes in states: one row of the intermediate columns is a state of group <c>groups[n]</c>.</summary>
    public abstract void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups);

    /// <summary>The states of some groups as the intermediate columns, which the caller owns.</summary>
    public abstract ColumnVector[] BuildStates(int firstGroup, int count);

    /// <summary>The results of some groups, which the caller owns.</summary>
    public abstract ColumnVector BuildResults(int firstGroup, int count);

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held.</summary>
    protected abstract void Release();
}
